// Owns what the codes of errors inside an answer mean as HTTP statuses. Must not know where they stood.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { ErrorDelta } from "../../contracts/frame.ts";
import { isObject } from "../../text/json.ts";

const statuses: Readonly<Record<string, number>> = {
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  server_is_overloaded: 503,
  overloaded: 503,
  slow_down: 503,
  server_error: 500,
  internal_error: 500,
  invalid_prompt: 400,
  invalid_request_error: 400,
  context_length_exceeded: 400,
  model_not_found: 404,
  vector_store_timeout: 504,
};

/** Of an `error` event or object: its code stands in it or one level below. */
export function errorDelta(value: JsonValue | undefined): ErrorDelta {
  const { error, code, type } = isObject(value) ? value : {};
  const inner = isObject(error) ? error : {};
  const words = [inner.code, inner.type, code, type];
  return { kind: "error", status: words.map(statusOf).find((status) => status !== undefined) };
}

function statusOf(word: JsonValue | undefined): number | undefined {
  if (typeof word === "number") return word >= 400 && word <= 599 ? word : undefined;
  if (typeof word !== "string") return undefined;
  return Object.hasOwn(statuses, word) ? statuses[word] : imageCode.test(word) ? 400 : undefined;
}

/** `invalid_image`, `image_too_large`, `image_parse_error` … */
const imageCode = /^(invalid|empty|failed_to_download|unsupported)?_?image/;
