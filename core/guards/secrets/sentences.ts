// Owns passwords that somebody tells in a sentence: "my password for the server is X". Knows no assignment.

import { readBareValue } from "./assignments.ts";
import { found, type Known, type Look, pending } from "./candidate.ts";
import { isAlnum, isQuote } from "./characters.ts";
import { judgeValue } from "./values.ts";

/** What such words begin with. */
export const passwordMarks = ["passw", "Passw"] as const;

const wordMax = 12;
const wordsMax = 48;
const name = { kind: "password", vendor: undefined } as const;
const verbs: ReadonlySet<string> = new Set(["is", "was", "ist", "war", "es", "est", "be"]);

/** `at`: where the mark begins. */
export function lookAtSentence(known: Known, at: number): Look {
  const { text, to, isEnd } = known;
  if (at > 0 && isAlnum(text.charCodeAt(at - 1))) return undefined;
  let start = at;
  for (let end = at; end < to && end - at < wordsMax + wordMax; end += 1) {
    const code = text.charCodeAt(end);
    if (isAlnum(code) || code === 39 || code === 95) continue;
    if (code !== 32) return undefined;
    if (start > at && verbs.has(text.slice(start, end))) return lookAtValue(known, end + 1);
    start = end + 1;
  }
  return isEnd || to - at >= wordsMax + wordMax ? undefined : pending(to);
}

function lookAtValue(known: Known, at: number): Look {
  const { text, to, isEnd } = known;
  if (at >= to) return isEnd ? undefined : pending(to);
  const start = isQuote(text.charCodeAt(at)) ? at + 1 : at;
  if (start >= to) return isEnd ? undefined : pending(to);
  const span = readBareValue(known, start);
  if (span === undefined || "kind" in span) return span;
  const value = { text: text.slice(span.start, span.end), isQuoted: false };
  return judgeValue(name, value) === undefined ? undefined : found("password", span, 0.65);
}
