// Owns the words guards say: markers in texts, advice to whoever asked, hints to the model. Never tells what
// was found.

import type { Finding, TextSource } from "../../contracts/guard.ts";

/** COMPATIBILITY: truncation ends in `...`. */
export const ellipsis = "...";

/** COMPATIBILITY: `[EMAIL_REDACTED]`. */
export function markerOf(type: string): string {
  return `[${type.toUpperCase()}_REDACTED]`;
}

/** For whoever asked, often a model: what was found, never the match. */
export function adviceOf(stage: TextSource["stage"], { type }: Finding): string {
  const where = stage.endsWith("request") || stage === "tool.result" ? "The request" : "The answer";
  return `${where} was stopped by a guard (${type}, at ${stage}). Take out what it names and ask again.`;
}

export function hintOf({ type }: Finding): string {
  return `Your last answer was not accepted (${type}). Answer again without it.`;
}
