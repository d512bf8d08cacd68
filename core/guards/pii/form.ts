// Owns written forms of identifiers, as `999-99-9999`: 9 is a digit, A a letter, X either, * any alphanumeric
// run of that length. Knows no kind of personal data.

import { type Groups, joinKey } from "./groups.ts";

/** Its groups and gaps as one number: what is looked up. Two forms of one number are told apart by pattern. */
export function keyOfForm(form: string): number {
  let key = 0;
  for (const [, gap = "", run = ""] of form.matchAll(/([^9AX]*)([9AX]+)/g)) {
    const kind = /^9+$/.test(run) ? "d" : /^A+$/.test(run) ? "a" : "x";
    key = joinKey(key, { gap: gap === " " ? "_" : gap, kind, length: run.length });
  }
  return key;
}

/** What its signs without gaps are, in upper case. */
export function patternOfForm(form: string): RegExp {
  const signs: Readonly<Record<string, string>> = { "9": "\\d", A: "[A-Z]", X: "[A-Z\\d]" };
  const classes = Array.from(form, (sign) => signs[sign] ?? "");
  return new RegExp(`^${classes.join("")}$`);
}

/** A form's signs as they stand, without gaps, in upper case. */
export function compact(text: string, groups: Groups, first: number, count: number): string {
  if (count === 1) return text.slice(groups.startOf(first), groups.endOf(first)).toUpperCase();
  let signs = "";
  for (let at = first; at < first + count; at++) signs += text.slice(groups.startOf(at), groups.endOf(at));
  return signs.toUpperCase();
}
