// Owns which texts of a call a model is charged for reading, and what it is charged beside them. Knows no
// tokenizer.

import type { Call } from "../contracts/dialect.ts";
import type { JsonValue } from "../contracts/json.ts";
import type { VendorTokens } from "./vendors.ts";

/** Role and separators of a message, as OpenAI counts them. */
const messageTokens = 4;
/** A picture of 1024 × 1024 at OpenAI costs 765, at Anthropic 1,400; pages and sounds are not opened. */
const mediaTokens = 1_500;

/** Fields that hold schemas: a model reads all of those, not their descriptions alone. */
const schemaFields = [
  "tools",
  "functions",
  "toolConfig",
  "response_format",
  "output_format",
  "output_config",
];

export interface Prompt {
  readonly texts: readonly string[];
  /** By the vendor's own reckoning, on top of the texts' tokens. */
  extraTokens(vendor: VendorTokens): number;
}

export function promptOf({ texts, media, value }: Call): Prompt {
  const said = texts.filter(({ kind }) => kind !== "tool.definition").map(({ text }) => text);
  const schemas = schemasIn(value);
  const fixed = said.length * messageTokens + media.length * mediaTokens;
  return {
    texts: [...said, ...schemas],
    extraTokens: ({ toolsTokens }) => fixed + (texts.length > said.length ? toolsTokens : 0),
  };
}

function schemasIn(value: JsonValue | undefined): readonly string[] {
  if (value === undefined || value === null || typeof value !== "object" || Array.isArray(value)) return [];
  return schemaFields.flatMap((name) => (value[name] === undefined ? [] : [JSON.stringify(value[name])]));
}
