// Owns a checked Model's spec. Knows nothing of how a target is picked.

import type { ModelSpec } from "../../contracts/policy.ts";
import type { Draft } from "../draft.ts";
import type { ModelDocument } from "../schema/model.ts";
import { documentOf, identityOf } from "./checked.ts";

export function toModelSpec(draft: Draft): ModelSpec {
  return { ...identityOf(draft), ...documentOf<ModelDocument>(draft).spec };
}
