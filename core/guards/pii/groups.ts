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
  readonly kind: string;
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

/**
 * The groups from a place on. Where that is the second one of the last reading, the rest of them is kept: a
 * long row of numbers is read once.
 */
export class Groups {
  count = 0;
  /** The text ends where another group or more of the last one may follow. */
  isOpen = false;
  /** The first one is longer than anything looked for. */
  isLong = false;
  /** Of all groups. */
  digits = 0;
  private first = 0;
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private readonly kinds: GroupKind[] = [];
  private readonly gaps: string[] = [];
  private readonly digitCounts: number[] = [];
  /** Where reading goes on for a later place; -1: nowhere. */
  private resumeAt = -1;
  private resumeGap = "";
  private isAccount = false;
  private readonly keys: number[] = [];
  private keyed = 0;

  /** The text is another one now. */
  forget(): void {
    this.count = 0;
  }

  /** `isLast`: nothing follows the text, so its end ends a group. */
  read(text: string, start: number, { isLast }: { readonly isLast: boolean }): void {
    this.keyed = 0;
    if (this.count > 1 && start === this.startOf(1) && !this.isAccount && !this.mayBeAccount(text, 1)) {
      this.digits -= this.digitCounts[this.first] ?? 0;
      this.first++;
      this.count--;
    } else {
      this.first = 0;
      this.count = 0;
      this.digits = 0;
      this.isOpen = false;
      this.isLong = false;
      this.isAccount = false;
      this.resumeAt = start;
      this.resumeGap = "";
    }
    while (this.resumeAt !== -1 && this.count < groupsMax && this.resumeAt - start < spanUnitsMax) {
      this.readOn(text);
    }
    if (isLast) this.isOpen = false;
  }

  private readOn(text: string): void {
    const end = this.readGroup(text, this.resumeAt, this.resumeGap);
    const next = end === -1 ? 0 : nextGroup(text, end);
    if (next === -1) this.isOpen = true;
    this.resumeAt = next > 0 ? next : -1;
    if (next > 0) this.resumeGap = gapName(text, end, next);
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
    if (this.count === 0)
      this.isAccount = kind === "x" && length === 4 && isAlphabetic(text.charCodeAt(start + 1));
    if (this.count > 0 && kind === "a" && length >= wordUnitsMin && !(length <= 4 && this.isAccount))
      return -1;
    if (end === text.length) this.isOpen = true;
    const at = this.first + this.count;
    this.starts[at] = start;
    this.ends[at] = end;
    this.kinds[at] = kind;
    this.gaps[at] = gap;
    this.digitCounts[at] = digits;
    this.count++;
    this.digits += digits;
    return this.isOpen ? -1 : end;
  }

  /** `GB29`: what follows in an account number may be letters alone. */
  private mayBeAccount(text: string, index: number): boolean {
    const isShort = this.kindOf(index) === "x" && this.lengthOf(index) === 4;
    return isShort && isAlphabetic(text.charCodeAt(this.startOf(index) + 1));
  }

  startOf(index: number): number {
    return this.starts[this.first + index] ?? 0;
  }

  endOf(index: number): number {
    return this.ends[this.first + index] ?? 0;
  }

  lengthOf(index: number): number {
    return this.endOf(index) - this.startOf(index);
  }

  /** `""` behind the last one. */
  kindOf(index: number): GroupKind | "" {
    return index < this.count ? (this.kinds[this.first + index] ?? "") : "";
  }

  /** Before the group: `_` for blanks, else the signs without blanks; `""` for the first one. */
  gapOf(index: number): string {
    return index > 0 && index < this.count ? (this.gaps[this.first + index] ?? "") : "";
  }

  /** Of the form that the first so many groups have. */
  keyOf(count: number): number {
    for (; this.keyed < count; this.keyed++) {
      const at = this.keyed;
      const group = { gap: this.gapOf(at), kind: this.kindOf(at), length: this.lengthOf(at) };
      this.keys[at] = joinKey(this.keys[at - 1] ?? 0, group);
    }
    return this.keys[count - 1] ?? 0;
  }
}

/** In the midst of a row of numbers, each as long as the next; longer ones than `unitsMax` make no row. */
export function isInRow(text: string, groups: Groups, unitsMax: number): boolean {
  const length = groups.lengthOf(0);
  if (length > unitsMax || groups.count < 3) return false;
  if (groups.lengthOf(1) !== length || groups.lengthOf(2) !== length) return false;
  return isRowBefore(text, groups.startOf(0), length);
}

/** A number of the same length stands before it. */
export function isRowBefore(text: string, start: number, length: number): boolean {
  let at = start - 1;
  if (!joins.includes(text.charAt(at))) return false;
  while (at > 0 && start - at <= length + 1 && isDigit(text.charCodeAt(at - 1))) at--;
  return start - 1 - at === length;
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
 * What stands against a group from the left. `tied`: digits, so that it is a part of something longer, or of
 * a fraction; `named`: a word and a sign, as in `id-1234`.
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
export function rightEdge(
  text: string,
  end: number,
  { isLast }: { readonly isLast: boolean },
): Edge | "wait" {
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
