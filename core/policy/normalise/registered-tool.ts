// Owns a checked use of a tool that registers itself. Knows no registry.

import type { RegisteredToolUseSpec } from "../../contracts/tool-spec.ts";
import type { Draft } from "../draft.ts";
import { nearestNode } from "../located.ts";
import type { RegisteredToolUseDocument } from "../schema/agent.ts";
import { toApproval } from "./approval.ts";
import { toToolCredential } from "./tool-credential.ts";

/** Without a range any version that is no preview; without a reach none but public addresses. */
export function toRegisteredToolUse(
  draft: Draft,
  name: string,
  { version = "*", reach = "public", hosts = [], credential, approval }: RegisteredToolUseDocument,
): RegisteredToolUseSpec {
  const path = ["spec", "registeredTools", name];
  return {
    ...{ name, origin: nearestNode(draft.root, path).at, version, reach, hosts },
    credential: toToolCredential(draft, credential, { path: [...path, "credential"] }),
    approval: approval && toApproval(draft, [...path, "approval"], approval),
  };
}
