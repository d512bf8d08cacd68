// Owns what a prompt is charged where the provider does not say. Knows no answer and no price.

import type { Call } from "../contracts/dialect.ts";
import { estimateBytes } from "../tokenizer/estimate.ts";
import { promptOf } from "../tokenizer/prompt.ts";
import type { VendorTokens } from "../tokenizer/vendors.ts";

/** A longer body is estimated by its length. */
const bodyBytesMax = 1024 * 1024;

export interface PromptCount {
  readonly texts: readonly string[];
  /** `counted`: tokens of `texts`; undefined: nobody could count them. */
  tokens(counted: number | undefined, vendor: VendorTokens): number;
}

export const noPrompt: PromptCount = { texts: [], tokens: () => 0 };

export function countPrompt(call: Call): PromptCount {
  const byLength = estimateBytes(call.body.length);
  if (call.body.length > bodyBytesMax) return { texts: [], tokens: () => byLength };
  const { texts, extraTokens } = promptOf(call);
  return {
    texts,
    tokens: (counted, vendor) =>
      counted === undefined ? byLength : Math.ceil(counted * vendor.factor) + extraTokens(vendor),
  };
}
