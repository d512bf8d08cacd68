// Owns the paths of Bedrock's runtime, which hold the model. Knows no body.

import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { decodePercent } from "../../text/percent-adapter.ts";

export interface RuntimePath {
  readonly kind: "path";
  /** An id, an inference profile or an ARN: read once, as the vendor reads it, and never looked into. */
  readonly model: string;
  /** `converse`, `converse-stream`, `invoke` … */
  readonly operation: string;
}

/** `path` fits `/model/+/<operation>`. */
export function readPath(path: string): RuntimePath | Refusal {
  const [, , segment = "", operation = ""] = path.split("/");
  const model = decodePercent(segment);
  if (model !== undefined) return { kind: "path", model, operation };
  return refuse("request_malformed", { message: "The model in the path is not percent-encoded UTF-8." });
}

/** As AWS's SDKs write it: everything escaped but RFC 3986's unreserved characters. */
export function writePath(model: string, operation: string): string {
  const escaped = encodeURIComponent(model).replaceAll(/[!'()*]/g, escapeOne);
  return `/model/${escaped}/${operation}`;
}

function escapeOne(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
