// Owns the counting thread: it holds the tokenizer's tables, 75 MB, and the time counting takes. Knows no
// call.

import { parentPort } from "node:worker_threads";
import { estimateTokens } from "./estimate.ts";
import { countPiece } from "./gpt-adapter.ts";
import { piecesOf } from "./pieces.ts";

/** One list of texts, one figure. */
export interface CountJob {
  readonly id: number;
  readonly lists: readonly (readonly string[])[];
}

export interface CountResult {
  readonly id: number;
  readonly tokens: readonly number[];
}

/** A job that takes longer is estimated from there on: others wait. */
const jobMsMax = 250;

parentPort?.on("message", ({ id, lists }: CountJob) => {
  const endsAtMs = performance.now() + jobMsMax;
  const tokens = lists.map((texts) => texts.reduce((sum, text) => sum + countUntil(text, endsAtMs), 0));
  parentPort?.postMessage({ id, tokens } satisfies CountResult);
});

function countUntil(text: string, endsAtMs: number): number {
  let tokens = 0;
  for (const piece of piecesOf(text)) {
    tokens += performance.now() < endsAtMs ? countPiece(piece) : estimateTokens(piece);
  }
  return tokens;
}
