// Owns the tokenizer library: counting alone, with nothing kept of what was counted. Knows no thread, no
// bound.

import { countTokens, setMergeCacheSize } from "gpt-tokenizer/encoding/o200k_base";
import { estimateTokens } from "./estimate.ts";

// Its cache would keep the words of prompts.
setMergeCacheSize(0);

/** `<|endoftext|>` in a prompt is text like any other. */
const asText = { disallowedSpecial: new Set<string>() };

export function countPiece(text: string): number {
  try {
    return countTokens(text, asText);
  } catch {
    return estimateTokens(text);
  }
}
