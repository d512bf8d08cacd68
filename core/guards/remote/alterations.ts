// Owns what a service took out of a text, told from the text it gave back. Knows no service.
// Myers, "An O(ND) difference algorithm and its variations" (1986), over words; bounded.

import type { Place } from "./findings.ts";

/** Words taken out and put in; with more, all between the first and the last change counts as changed. */
const editsMax = 128;

export interface Alteration extends Place {
  /** What stands there instead. */
  readonly replacement: string;
}

/** In order and apart. What was only put in is none. */
export function alterationsOf(text: string, given: string): readonly Alteration[] {
  const [before, after] = [wordsOf(text), wordsOf(given)];
  const head = sameAtStart(before, after);
  const tail = sameAtEnd(before.slice(head), after.slice(head));
  const middle = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)] as const;
  const kept = keptPairs(...middle);
  const at = unitsOf(before);
  const found: Alteration[] = [];
  let [x, y] = [0, 0];
  for (const [keptX, keptY] of [...kept, [middle[0].length, middle[1].length] as const]) {
    if (keptX > x) {
      const [start, end] = [at[head + x] ?? 0, at[head + keptX] ?? text.length];
      addAlteration(found, { start, end, replacement: middle[1].slice(y, keptY).join("") }, text);
    }
    [x, y] = [keptX + 1, keptY + 1];
  }
  return found;
}

/** Two with no letter or digit between them are one: `a@b.example` is many words. */
function addAlteration(found: Alteration[], next: Alteration, text: string): void {
  const last = found.at(-1);
  if (last === undefined || /[\p{L}\p{N}\s]/u.test(text.slice(last.end, next.start))) {
    found.push(next);
    return;
  }
  const replacement = last.replacement + text.slice(last.end, next.start) + next.replacement;
  found[found.length - 1] = { start: last.start, end: next.end, replacement };
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

/** The unit at which each word begins. */
function unitsOf(words: readonly string[]): readonly number[] {
  let at = 0;
  return words.map((word) => {
    at += word.length;
    return at - word.length;
  });
}

function sameAtStart(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
}

function sameAtEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[a.length - 1 - count] === b[b.length - 1 - count])
    count += 1;
  return count;
}

type Pair = readonly [number, number];

/** Words that stayed, by their places in both; none where too much has changed. */
function keptPairs(a: readonly string[], b: readonly string[]): readonly Pair[] {
  const trail: Int32Array[] = [];
  const most = Math.min(a.length + b.length, editsMax);
  /** By diagonal, from -most on: how far along `a` it was followed. */
  const reach = new Int32Array(2 * most + 3);
  for (let edits = 0; edits <= most; edits += 1) {
    trail.push(reach.slice());
    for (let k = -edits; k <= edits; k += 2) {
      const x = follow(a, b, { x: stepOnto(reach, { k, edits, most }), k });
      reach[k + most + 1] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(trail, { a, b, most });
    }
  }
  return [];
}

interface Diagonal {
  readonly k: number;
  readonly edits: number;
  readonly most: number;
}

/** Down from the diagonal above, or right from the one below. */
function stepOnto(reach: Int32Array, { k, edits, most }: Diagonal): number {
  const [right, down] = [reach[k + most] ?? 0, reach[k + most + 2] ?? 0];
  return k === -edits || (k !== edits && right < down) ? down : right + 1;
}

function follow(
  a: readonly string[],
  b: readonly string[],
  { x, k }: { readonly x: number; readonly k: number },
): number {
  let at = x;
  while (at < a.length && at - k < b.length && at >= k && a[at] === b[at - k]) at += 1;
  return at;
}

function walkBack(
  trail: readonly Int32Array[],
  { a, b, most }: { readonly a: readonly string[]; readonly b: readonly string[]; readonly most: number },
): readonly Pair[] {
  const kept: Pair[] = [];
  let [x, y] = [a.length, b.length];
  for (let edits = trail.length - 1; edits >= 0; edits -= 1) {
    const reach = trail[edits] ?? new Int32Array(0);
    const k = x - y;
    const from = edits === 0 ? 0 : stepOnto(reach, { k, edits, most });
    while (x > from && y > from - k) {
      x -= 1;
      y -= 1;
      kept.push([x, y]);
    }
    if (edits === 0) break;
    const [right, down] = [reach[k + most] ?? 0, reach[k + most + 2] ?? 0];
    const isDown = k === -edits || (k !== edits && right < down);
    if (isDown) y -= 1;
    else x -= 1;
  }
  return kept.reverse();
}

/** `[REDACTED_EMAIL_ADDRESS_1]`, `<PERSON>`: what a mark says was there. */
export function markedType(replacement: string): string | undefined {
  const [, name] = /[[<{](?:REDACTED_)?([A-Z][A-Z_]{1,38}[A-Z])(?:_\d{1,6})?[\]>}]/.exec(replacement) ?? [];
  return name;
}
