// Owns social security numbers of the United States: they have no check digit, so the form has to tell. Knows
// no other kind.

import { compact } from "./form.ts";
import { type Groups, leftEdge, rightEdge } from "./groups.ts";
import { faint, type Sight, type Verdict } from "./match.ts";

export const ssnRule = { name: "US_SSN", words: "ssn ssns social" } as const;

/** What each way of writing counts for alone, by the sign between its groups. */
const alone: Readonly<Record<string, number>> = { "-": 0.7, _: 0.4, ".": 0.4 };
const digits = 9;

/** How many groups it takes up; 0: it is none. */
function groupsOf(groups: Groups): number {
  if (groups.kindOf(0) !== "d") return 0;
  if (groups.lengthOf(0) === digits) return 1;
  if (groups.lengthOf(0) !== 3 || groups.count < 3 || groups.gapOf(1) !== groups.gapOf(2)) return 0;
  const areDigits = groups.kindOf(1) === "d" && groups.kindOf(2) === "d";
  return areDigits && groups.lengthOf(1) === 2 && groups.lengthOf(2) === 4 ? 3 : 0;
}

/** No area is 000, 666 or above 899; no group 00, no serial 0000. */
const given = /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/;

export function ssn(sight: Sight): Verdict {
  const { text, groups, nearby } = sight;
  const used = groupsOf(groups);
  if (used === 0) return undefined;
  if (groups.isOpen && used >= groups.count) return "wait";
  const start = groups.startOf(0);
  const end = groups.endOf(used - 1);
  const right = rightEdge(text, end, sight);
  if (right === "wait") return "wait";
  const left = leftEdge(text, start);
  if (left === "tied" || right === "tied" || !given.test(compact(text, groups, 0, used))) return undefined;
  const own = used === 1 ? faint : (alone[groups.gapOf(1)] ?? 0);
  if (own === 0) return undefined;
  const found = (score: number) => ({ type: "ssn", start, end, score, method: "pattern" }) as const;
  if (nearby.before(start).rules.some((names) => names.has(ssnRule.name))) return found(0.95);
  if (left === "free" && own >= 0.4 && (own >= 0.5 || standsAlone(text, start, end)))
    return found(Math.max(own, 0.5));
  const after = nearby.after(end);
  if (after.isWait) return "wait";
  return found(after.rules.some((names) => names.has(ssnRule.name)) ? 0.9 : faint);
}

/** A value of its own: a cell, a string, a line. */
function standsAlone(text: string, start: number, end: number): boolean {
  return /[\n\t"'|;,>]/.test(text[start - 1] ?? "\n") && /[\n\r\t"'|;,<]/.test(text[end] ?? "\n");
}
