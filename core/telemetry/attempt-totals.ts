// Owns the sums over an exchange's attempts: a retry and a fallback cost what they cost. Knows no sink.

import type { Attempt } from "../contracts/exchange.ts";

export interface AttemptTotals {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly toolCalls: number;
  /** Undefined: no attempt has a price. */
  readonly costNanoUsd: number | undefined;
}

export function sumAttempts(attempts: readonly Attempt[]): AttemptTotals {
  let inputTokens = 0;
  let outputTokens = 0;
  let toolCalls = 0;
  let costNanoUsd: number | undefined;
  for (const { usage, costNanoUsd: cost, toolCalls: calls } of attempts) {
    inputTokens += usage.inputTokens;
    outputTokens += usage.outputTokens;
    toolCalls += calls;
    if (cost !== undefined) costNanoUsd = (costNanoUsd ?? 0) + cost;
  }
  return { inputTokens, outputTokens, toolCalls, costNanoUsd };
}
