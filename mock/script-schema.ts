// Owns the JSON Schema of a script; knows nothing of what its words do.

import type { FaultKind, FaultSettings } from "./script.ts";

type Schema = Readonly<Record<string, unknown>>;

const tokensMax = 100_000;
const pauseMsMax = 600_000;
const framesMax = 1_000_000;
const frameBytesMax = 1_048_576;
const rulesMax = 1_000;

const text: Schema = { type: "string" };
const flag: Schema = { type: "boolean" };

function whole(minimum: number, maximum: number): Schema {
  return { type: "integer", minimum, maximum };
}

function record(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: "object", additionalProperties: false, properties, required };
}

const count = whole(0, framesMax);
const errorStatusRange = { minimum: 300, maximum: 599 };
// RFC 9110, 5.1 and 5.5: what may stand in a header.
const headerValue: Schema = { type: "string", pattern: "^[\\t\\x20-\\x7e\\x80-\\xff]*$" };
const headers: Schema = {
  type: "object",
  propertyNames: { pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
  additionalProperties: headerValue,
};

const pacing = {
  delayMs: whole(0, pauseMsMax),
  betweenMs: whole(0, pauseMsMax),
  chunkBytes: whole(1, frameBytesMax),
  burst: whole(1, framesMax),
};

const afterFrames = { afterFrames: count };

const faultSettings: { readonly [Kind in FaultKind]: Record<keyof FaultSettings[Kind], Schema> } = {
  delay: { ms: whole(0, pauseMsMax) },
  status: {
    status: { type: "integer", ...errorStatusRange },
    body: {},
    headers,
    retryAfterS: whole(0, 86_400),
  },
  redirect: { status: whole(300, 399), location: headerValue },
  cut: { ...afterFrames, afterBytes: whole(0, framesMax * 1_000) },
  "cut-before-head": {},
  stall: afterFrames,
  "stall-before-head": {},
  malformed: afterFrames,
  "error-in-stream": { ...afterFrames, endMark: flag },
  "missing-done": afterFrames,
  "no-usage": {},
  "truncated-json": { contentLength: { enum: ["lying", "absent"] } },
  gzip: {},
  "duplicate-keys": {},
  bom: {},
};

const requiredSettings: Partial<Record<FaultKind, readonly string[]>> = { delay: ["ms"], status: ["status"] };

const namedWithDefaults = Object.keys(faultSettings).filter((kind) => !Object.hasOwn(requiredSettings, kind));

// One schema for three types: each word speaks of its own type only, and ajv's discriminator of objects.
const fault: Schema = {
  type: ["integer", "string", "object"],
  ...errorStatusRange,
  pattern: `^(${namedWithDefaults.join("|")})$`,
  required: ["kind"],
  discriminator: { propertyName: "kind" },
  oneOf: Object.entries(faultSettings).map(([kind, settings]) =>
    record({ kind: { const: kind }, ...settings }, requiredSettings[kind as FaultKind]),
  ),
};

const usage: Schema = {
  ...record({
    promptTokens: count,
    completionTokens: count,
    cachedTokens: count,
    cacheWriteTokens: count,
    reasoningTokens: count,
  }),
  type: ["string", "object"],
  pattern: "^none$",
};

const answer = record({
  ...pacing,
  reasoning: text,
  text,
  tokens: whole(0, tokensMax),
  toolCalls: { type: "array", maxItems: 128, items: record({ name: text, arguments: {} }, ["name"]) },
  refusal: text,
  finishReason: text,
  usage,
  model: text,
  honoursMaxTokens: flag,
  obfuscation: flag,
  extra: { type: "object" },
});

const when = record({
  model: text,
  stream: flag,
  text,
  role: text,
  header: {
    type: "object",
    propertyNames: { pattern: "^[^A-Z]+$" },
    additionalProperties: { type: ["string", "null"] },
  },
  path: text,
  fetch: flag,
  nth: whole(1, Number.MAX_SAFE_INTEGER),
  probability: { type: "number", minimum: 0, maximum: 1 },
});

const rule = record({ when, answer, fault, times: whole(1, Number.MAX_SAFE_INTEGER), once: flag });

export const scriptSchema: Schema = record({
  seed: whole(0, 0xffffffff),
  models: { type: "array", items: text, maxItems: rulesMax },
  static: record({ ...pacing, frames: whole(1, framesMax), frameBytes: whole(1, frameBytesMax) }, [
    "frames",
    "frameBytes",
  ]),
  rules: { type: "array", items: rule, maxItems: rulesMax },
});
