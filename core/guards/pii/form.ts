// Owns written forms of identifiers, as `999-99-9999`: 9 is a digit, A a letter, # either. Knows no kind of
// personal data.

import { formGroupsMax, type Groups, joinKey } from "./groups.ts";

/**
 * Its groups and gaps as one number: what is looked up. Two forms of one number are told apart by pattern.
 */
function keyOfForm(form: string): number {
  return startsOf(form).at(-1) ?? 0;
}

/** Of its first group, its first two … all of them. */
function startsOf(form: string): readonly number[] {
  const starts: number[] = [];
  let key = 0;
  for (const [, gap = "", run = ""] of form.matchAll(/([^9A#]*)([9A#]+)/g)) {
    const kind = /^9+$/.test(run) ? "d" : /^A+$/.test(run) ? "a" : "x";
    key = joinKey(key, { gap: gap === " " ? "_" : gap, kind, length: run.length });
    starts.push(key);
  }
  return starts;
}

/** What is known of forms, by `keyOfForm`. */
export class FormTable<Value> {
  private readonly byKey = new Map<number, Value[]>();
  /** Of the beginnings of all forms: where a number's is none of them the search is over. */
  private readonly starts = new Set<number>();

  add(form: string, value: Value): void {
    const key = keyOfForm(form);
    this.byKey.set(key, [...(this.byKey.get(key) ?? []), value]);
    for (const start of startsOf(form)) this.starts.add(start);
  }

  /** How many of the first groups may be a form. */
  reach(groups: Groups): number {
    const max = Math.min(groups.count, formGroupsMax);
    let count = 0;
    while (count < max && this.starts.has(groups.keyOf(count + 1))) count++;
    return count;
  }

  /** Of the first so many groups. */
  get(groups: Groups, count: number): readonly Value[] | undefined {
    return this.byKey.get(groups.keyOf(count));
  }
}

/** What its signs without gaps are, in upper case. */
export function patternOfForm(form: string): RegExp {
  const signs: Readonly<Record<string, string>> = { "9": "\\d", A: "[A-Z]", "#": "[A-Z\\d]" };
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
