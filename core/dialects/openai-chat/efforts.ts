// Owns OpenAI's words for how much a model is to think. Knows no request.

import type { ReasoningWish } from "../../contracts/conversation.ts";

const efforts: ReadonlyMap<string, ReasoningWish["effort"]> = new Map([
  ...(["none", "minimal", "low", "medium", "high", "xhigh"] as const).map((word) => [word, word] as const),
  ["max", "xhigh"],
  ["default", undefined],
]);

/** Whether somebody takes it. */
export function isEffort(word: string): boolean {
  return efforts.has(word);
}

export function readEffort(word: string | undefined): ReasoningWish["effort"] {
  return word === undefined ? undefined : efforts.get(word);
}

/** Where another vendor's client counts tokens of thought, OpenAI has a word for about as many. */
export function writeEffort({ effort, tokensMax }: ReasoningWish): string | undefined {
  if (effort !== undefined || tokensMax === undefined) return effort;
  if (tokensMax === 0) return "none";
  if (tokensMax >= 16_384) return "high";
  return tokensMax >= 4_096 ? "medium" : "low";
}
