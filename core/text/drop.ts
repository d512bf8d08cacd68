// Owns taking members and elements out of a JSON text at their byte offsets: all else stays as it was. Knows
// no format.

import { parseJson } from "./json-adapter.ts";
import { byStart, type Patch, patch, type Span } from "./patch.ts";
import { compilePointer } from "./pointer.ts";
import * as scan from "./scan.ts";

const nothing = Buffer.alloc(0);

/** What goes: names on the way to it, and whether it is this. */
class Doomed {
  isAll = false;
  readonly below = new Map<string, Doomed>();
}

/** RFC 6901 pointers; what is not there stays away. The text has been read strictly before. */
export function drop(bytes: Buffer, pointers: Iterable<string>): Buffer {
  const cuts = cutsOf(bytes, pointers, "keep");
  return cuts.length === 0 ? bytes : patch(bytes, cuts);
}

/**
 * What goes, in the order of the text. `empty`: whether what is left without any element goes with them; not
 * the whole text.
 */
export function cutsOf(bytes: Buffer, pointers: Iterable<string>, empty: "keep" | "prune"): readonly Patch[] {
  const root = new Doomed();
  for (const pointer of pointers) {
    let doomed = root;
    for (const name of compilePointer(pointer) ?? []) {
      const next = doomed.below.get(name) ?? new Doomed();
      doomed.below.set(name, next);
      doomed = next;
    }
    doomed.isAll = doomed !== root;
  }
  if (root.below.size === 0) return [];
  return walk(bytes, scan.skipSpace(bytes, 0), { doomed: root, empty }).cuts;
}

interface Walking {
  readonly doomed: Doomed;
  readonly empty: "keep" | "prune";
}

interface Walked {
  /** The index after the value's last byte. */
  readonly end: number;
  readonly cuts: readonly Patch[];
  /** There was something in it, and nothing stays. */
  readonly isEmptied: boolean;
}

interface Entry extends Span {
  readonly isKept: boolean;
}

/** `at` stands on a value's first byte. */
function walk(bytes: Buffer, at: number, { doomed, empty }: Walking): Walked {
  const isObject = bytes[at] === scan.openBrace;
  if ((!isObject && bytes[at] !== scan.openBracket) || doomed.below.size === 0) {
    return { end: scan.endOfValue(bytes, at), cuts: [], isEmptied: false };
  }
  const close = isObject ? scan.closeBrace : scan.closeBracket;
  const entries: Entry[] = [];
  const inner: Patch[] = [];
  let here = scan.skipSpace(bytes, at + 1);
  for (let index = 0; here < bytes.length && bytes[here] !== close; index++) {
    const start = here;
    const named = isObject ? scan.endOfValue(bytes, here) : here;
    const name = isObject ? nameIn(bytes, start, named) : String(index);
    if (isObject) here = scan.skipSpace(bytes, scan.skipSpace(bytes, named) + 1);
    const below = doomed.below.get(name) ?? untouched;
    const { end, cuts, isEmptied } = walk(bytes, here, { doomed: below, empty });
    const isKept = !below.isAll && !(isEmptied && empty === "prune");
    if (isKept) inner.push(...cuts);
    entries.push({ start, end, isKept });
    here = scan.skipSpace(bytes, end);
    if (bytes[here] === scan.comma) here = scan.skipSpace(bytes, here + 1);
  }
  const isEmptied = entries.length > 0 && entries.every(({ isKept }) => !isKept);
  return { end: here + 1, cuts: [...inner, ...cuts(entries)].sort(byStart), isEmptied };
}

const untouched = new Doomed();

/** Each goes with the comma before it; those before all that stay, with the comma behind them. */
function cuts(entries: readonly Entry[]): readonly Patch[] {
  const first = entries.findIndex(({ isKept }) => isKept);
  return entries.flatMap(({ isKept, start, end }, at) => {
    if (isKept) return [];
    const isBehind = first !== -1 && first < at;
    const from = isBehind ? entries[at - 1]?.end : start;
    const to = isBehind ? end : entries[at + 1]?.start;
    return [{ start: from ?? start, end: to ?? end, bytes: nothing }];
  });
}

function nameIn(bytes: Buffer, start: number, end: number): string {
  const raw = bytes.toString("utf8", start + 1, end - 1);
  return raw.includes("\\") ? String(parseJson(`"${raw}"`)) : raw;
}
