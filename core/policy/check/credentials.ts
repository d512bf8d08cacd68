// Owns that a provider's credential is one its API takes. Knows nothing of how it is shown.

import type { Problem } from "../../contracts/policy.ts";
import type { Drafts } from "../draft.ts";
import { problemIn, selectIn } from "../draft.ts";
import { stringAt } from "../located.ts";

export function checkCredentials(drafts: Drafts): readonly Problem[] {
  return selectIn(drafts, "Provider", "spec.credential.aws").flatMap(({ draft, path }) => {
    if (stringAt(draft.root, ["spec", "api"]) === "bedrock") return [];
    const finding = { path, problem: "signs for AWS, which only api: bedrock asks for" };
    return [problemIn(draft, { ...finding, hint: "{ env: NAME } or { file: PATH }" })];
  });
}
