// Owns how a number or a code stands in a text: groups of digits and letters with single signs between them,
// and what stands against its ends. Knows no kind of personal data.

import { isAlnum, isAlphabetic, isDigit } from "./signs.ts";

/** Digits alone, letters alone, both. */
export type GroupKind = "d" | "a" | "x";

/** What joins two groups; blanks beside it count for nothing, blanks alone are one. */
const joins = " -./()_:+";
const joinUnitsMax = 3;
const groupsMax = 20;
export const groupUnitsMax = 64;
const spanUnitsMax = 96;
/** Longer ones are words: a number ends before them. */
const wordUnitsMin = 3;

interface Group {
  readonly gap: string;
  readonly kind: GroupKind;
  readonly length: number;
}

/** The number of a form, with one more group to it. */
export function joinKey(key: number, { gap, kind, length }: Group): number {
  let joined = Math.imul(key ^ length, 0x01000193);
  joined = Math.imul(joined ^ kind.charCodeAt(0), 0x01000193);
  for (let at = 0; at < gap.length; at++) joined = Math.imul(joined ^ gap.charCodeAt(at), 0x01000193);
  return joined | 0;
}

/** No form has more groups. */
export const formGroupsMax = 7;

/** Read anew at each place; its arrays are kept. */
export class Groups {
  count = 0;
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly kinds: GroupKind[] = [];
  /** Before the group of this index: `_` for blanks, else the signs without blanks. */
  readonly gaps: string[] = [];
  /** The text ends where another group or more of the last one may follow. */
  isOpen = false;
  /** The first one is longer than anything looked for. */
  isLong = false;
  digits = 0;
  private readonly keys: number[] = [];
  private keyed = 0;

  /** Of the form that the first so many groups have. */
  keyOf(count: number): number {
    for (; this.keyed < count; this.keyed++) {
      const at = this.keyed;
      const group = {
        gap: at === 0 ? "" : (this.gaps[at] ?? ""),
        kind: this.kinds[at] ?? "d",
        length: this.lengthOf(at),
      };
      this.keys[at] = joinKey(this.keys[at - 1] ?? 0, group);
    }
    return this.keys[count - 1] ?? 0;
  }

  /** `isLast`: nothing follows the text, so its end ends a group. */
  read(text: string, start: number, { isLast }: { readonly isLast: boolean }): void {
    this.readAll(text, start);
    if (isLast) this.isOpen = false;
  }

  private readAll(text: string, start: number): void {
    this.count = 0;
    this.keyed = 0;
    this.digits = 0;
    this.isOpen = false;
    this.isLong = false;
    let at = start;
    let gap = "";
    while (this.count < groupsMax && at - start < spanUnitsMax) {
      const end = this.readGroup(text, at, gap);
      if (end === -1) return;
      const next = nextGroup(text, end);
      if (next === -1) this.isOpen = true;
      if (next <= 0) return;
      gap = gapName(text, end, next);
      at = next;
    }
  }

  /** Its end; -1: none that belongs here. */
  private readGroup(text: string, start: number, gap: string): number {
    let digits = 0;
    let end = start;
    const max = Math.min(text.length, start + groupUnitsMax + 1);
    for (; end < max; end++) {
      const code = text.charCodeAt(end);
      if (isDigit(code)) digits++;
      else if (!isAlphabetic(code)) break;
    }
    const length = end - start;
    if (length > groupUnitsMax) {
      if (this.count === 0) this.isLong = true;
      return -1;
    }
    const kind = digits === length ? "d" : digits === 0 ? "a" : "x";
    const isWord = kind === "a" && length >= wordUnitsMin;
    if (this.count > 0 && isWord && !(length <= 4 && this.startsAccount(text))) return -1;
    if (end === text.length) this.isOpen = true;
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.kinds[this.count] = kind;
    this.gaps[this.count] = gap;
    this.count++;
    this.digits += digits;
    return this.isOpen ? -1 : end;
  }

  /** `GB29`: what follows in an account number may be letters alone. */
  private startsAccount(text: string): boolean {
    return (
      this.kinds[0] === "x" && this.lengthOf(0) === 4 && isAlphabetic(text.charCodeAt(this.startOf(0) + 1))
    );
  }

  startOf(index: number): number {
    return this.starts[index] ?? 0;
  }

  endOf(index: number): number {
    return this.ends[index] ?? 0;
  }

  lengthOf(index: number): number {
    return this.endOf(index) - this.startOf(index);
  }
}

/** Where the next group starts; 0: none is joined; -1: the text ends first. */
function nextGroup(text: string, end: number): number {
  for (let at = end; at <= end + joinUnitsMax; at++) {
    if (at >= text.length) return -1;
    if (isAlnum(text.charCodeAt(at))) return at > end ? at : 0;
    if (!joins.includes(text.charAt(at))) return 0;
  }
  return 0;
}

function gapName(text: string, start: number, end: number): string {
  if (end - start === 1) return text[start] === " " ? "_" : text.charAt(start);
  const signs = text.slice(start, end).replaceAll(" ", "");
  return signs === "" ? "_" : signs;
}

/**
 * What stands against a group from the left. `tied`: digits, so that it is a part of something longer, or of a
 * fraction; `named`: a word and a sign, as in `id-1234`.
 */
export type Edge = "free" | "named" | "tied";

const tyingSigns = "-./\\:_,+=~";
/** So much of a neighbour is read to see whether it is a word or a code. */
const neighbourMax = 14;
const thousandUnits = 3;

export function leftEdge(text: string, start: number): Edge {
  const sign = text.charAt(start - 1);
  if (sign === "" || !tyingSigns.includes(sign)) return "free";
  const before = text.charCodeAt(start - 2);
  if (start < 2 || Number.isNaN(before)) return sign === "." ? "tied" : "free";
  if (isDigit(before)) return sign !== "," || endsAfterThousand(text, start) ? "tied" : "free";
  if (sign === "." && !isAlphabetic(before)) return "tied";
  if (!isAlphabetic(before) || sign === ":" || sign === "=" || sign === ",") return "free";
  for (let at = start - 3; at >= 0 && start - at < neighbourMax; at--) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) return "tied";
    if (!isAlphabetic(code)) break;
  }
  return "named";
}

/** `1,234`: what follows the comma is a part of the number; in a row of values it is another. */
function endsAfterThousand(text: string, start: number): boolean {
  for (let unit = 0; unit < thousandUnits; unit++) {
    if (!isDigit(text.charCodeAt(start + unit))) return false;
  }
  return !isDigit(text.charCodeAt(start + thousandUnits));
}

/** From the right; `wait` where the text ends too soon to say. */
export function rightEdge(text: string, end: number, isLast: boolean): Edge | "wait" {
  const sign = text.charAt(end);
  if (sign === "") return isLast ? "free" : "wait";
  if (sign === "%") return "tied";
  if (!tyingSigns.includes(sign)) return "free";
  const after = text.charAt(end + 1);
  if (after === "") return isLast ? "free" : "wait";
  const code = after.charCodeAt(0);
  if (isDigit(code)) return sign === "," ? "free" : "tied";
  if (!isAlphabetic(code) || sign === "," || sign === ":" || sign === "=") return "free";
  for (let at = end + 2; at - end < neighbourMax; at++) {
    if (at >= text.length) return isLast ? "named" : "wait";
    const further = text.charCodeAt(at);
    if (isDigit(further)) return "tied";
    if (!isAlphabetic(further)) break;
  }
  return "named";
}
