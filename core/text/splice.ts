// Owns edits of a JSON text at its byte offsets: what is not edited stays as it was. Knows no dialect.

import { type Dropped, dropped, type JsonValue } from "../contracts/json.ts";
import { cutsOf } from "./drop.ts";
import { parseJson } from "./json-adapter.ts";
import { byStart, type Patch, patch, type Span } from "./patch.ts";
import { compilePointer, memberNamedAt } from "./pointer.ts";
import * as scan from "./scan.ts";

export { type Patch, patch, type Span } from "./patch.ts";

/**
 * RFC 6901 pointer → the value to set there, or that what is there goes, and what is empty without it. In
 * a list `-` stands for a new element after the last (RFC 6901 §4), and `-0` for one before the first.
 * Where the pointer leads to a member's name (`nameAt`) that is set, to one that no other member there has.
 */
export type Edits = ReadonlyMap<string, JsonValue | Dropped>;

const nothing = Buffer.alloc(0);

/** A place of the text that is looked for, or on the way to one. */
class Spot {
  readonly below = new Map<string, Spot>();
  /** What to set here. */
  value: JsonValue | undefined = undefined;
  span: Span | undefined = undefined;
  /** What to call the member, and where its name stands. */
  newName: string | undefined = undefined;
  nameSpan: Span | undefined = undefined;
  /** Somebody asks for a name of a member: so all names are kept. */
  names: Set<string> | undefined = undefined;

  at(pointer: string): Spot {
    const names = compilePointer(pointer);
    if (names === undefined) throw new RangeError("not an RFC 6901 pointer");
    let spot: Spot = this;
    for (const name of names) {
      let next = spot.below.get(name);
      if (next === undefined) {
        next = new Spot();
        spot.below.set(name, next);
      }
      spot = next;
    }
    return spot;
  }

  /** The member whose name stands at `pointer`. */
  named(member: string): Spot {
    const holder = this.at(member.slice(0, Math.max(member.lastIndexOf("/"), 0)));
    holder.names ??= new Set();
    return this.at(member);
  }
}

/** Where the values are; `undefined` for one that is not there. The text has been read strictly before. */
export function locate(bytes: Buffer, pointers: readonly string[]): readonly (Span | undefined)[] {
  const root = new Spot();
  const spots = pointers.map((pointer) => {
    const member = memberNamedAt(pointer);
    return {
      isName: member !== undefined,
      spot: member === undefined ? root.at(pointer) : root.named(member),
    };
  });
  find(bytes, scan.skipSpace(bytes, 0), root);
  return spots.map(({ isName, spot }) => (isName ? spot.nameSpan : spot.span));
}

/** The text with its edits; everything else byte for byte. Throws where `plan` does. */
export function splice(bytes: Buffer, edits: Edits): Buffer {
  return patch(bytes, plan(bytes, edits));
}

/**
 * What the edits change, in the order of the text, in one walk over it. A missing member is set at the end of
 * its object, missing objects on the way are made. Throws a RangeError where the way leads through a list's
 * missing element or a string, number or boolean, and where one edit lies within another's value.
 */
export function plan(bytes: Buffer, edits: Edits): readonly Patch[] {
  const gone = [...edits].filter(([, value]) => value === dropped).map(([pointer]) => pointer);
  const root = new Spot();
  for (const [pointer, value] of edits) {
    if (value === dropped || gone.some((place) => pointer.startsWith(`${place}/`))) continue;
    const member = memberNamedAt(pointer);
    if (member === undefined) root.at(pointer).value = value;
    else root.named(member).newName = String(value);
  }
  find(bytes, scan.skipSpace(bytes, 0), root);
  const patches: Patch[] = [];
  collect(bytes, root, patches);
  if (gone.length > 0) patches.push(...cutsOf(bytes, gone, "prune"));
  return patches.sort(byStart);
}

/**
 * The text without some elements of its lists. `lists`: RFC 6901 pointer → of each element there, in their
 * order, whether it stays. No list lies within another's element.
 */
export function keepElements(bytes: Buffer, lists: ReadonlyMap<string, readonly boolean[]>): Buffer {
  const all = [...lists];
  const spans = locate(
    bytes,
    all.flatMap(([list, kept]) => kept.map((_, at) => `${list}/${at}`)),
  ).values();
  return patch(
    bytes,
    all
      .flatMap(([, kept]) => cuts(kept.map((isKept) => ({ isKept, span: spans.next().value }))))
      .sort(byStart),
  );
}

/** An element goes with the comma before it; those before all that stay, with the comma behind them. */
function cuts(
  elements: readonly { readonly isKept: boolean; readonly span: Span | undefined }[],
): readonly Patch[] {
  const first = elements.findIndex(({ isKept }) => isKept);
  return elements.flatMap(({ isKept, span }, at) => {
    if (isKept || span === undefined) return [];
    const isBehind = first !== -1 && first < at;
    const start = isBehind ? elements[at - 1]?.span?.end : span.start;
    const end = isBehind ? span.end : elements[at + 1]?.span?.start;
    return [{ start: start ?? span.start, end: end ?? span.end, bytes: nothing }];
  });
}

/** `at` stands on the value's first byte. The index after its last. Fills the spans of the spots passed. */
function find(bytes: Buffer, at: number, spot: Spot): number {
  let end: number;
  if (spot.below.size === 0) end = scan.endOfValue(bytes, at);
  else if (bytes[at] === scan.openBrace) end = findMembers(bytes, at, spot);
  else if (bytes[at] === scan.openBracket) end = findElements(bytes, at, spot);
  else end = scan.endOfValue(bytes, at);
  spot.span = { start: at, end };
  return end;
}

function findMembers(bytes: Buffer, start: number, { below, names }: Spot): number {
  let at = scan.skipSpace(bytes, start + 1);
  while (at < bytes.length && bytes[at] !== scan.closeBrace) {
    const end = scan.endOfValue(bytes, at);
    const name = nameIn(bytes, at, end);
    names?.add(name);
    const spot = below.get(name);
    if (spot !== undefined) spot.nameSpan = { start: at, end };
    at = scan.skipSpace(bytes, scan.skipSpace(bytes, end) + 1);
    at = spot === undefined ? scan.endOfValue(bytes, at) : find(bytes, at, spot);
    at = skipComma(bytes, at);
  }
  return at + 1;
}

function findElements(bytes: Buffer, start: number, { below }: Spot): number {
  let at = scan.skipSpace(bytes, start + 1);
  for (let index = 0; at < bytes.length && bytes[at] !== scan.closeBracket; index++) {
    const spot = below.get(String(index));
    at = spot === undefined ? scan.endOfValue(bytes, at) : find(bytes, at, spot);
    at = skipComma(bytes, at);
  }
  return at + 1;
}

function skipComma(bytes: Buffer, end: number): number {
  const at = scan.skipSpace(bytes, end);
  return bytes[at] === scan.comma ? scan.skipSpace(bytes, at + 1) : at;
}

function nameIn(bytes: Buffer, start: number, end: number): string {
  const raw = bytes.toString("utf8", start + 1, end - 1);
  return raw.includes("\\") ? String(parseJson(`"${raw}"`)) : raw;
}

function collect(bytes: Buffer, spot: Spot, patches: Patch[]): void {
  const { span, value, below } = spot;
  if (span === undefined) return;
  if (value !== undefined) {
    patches.push({ ...span, bytes: toBytes(valueToSet(spot)) });
    return;
  }
  const missing = [...below].filter(([, { span }]) => span === undefined);
  for (const [, found] of below) {
    const { newName, nameSpan } = found;
    if (newName !== undefined) {
      if (nameSpan === undefined) throw new RangeError("an edit's pointer leads to no member's name");
      patches.push({ ...nameSpan, bytes: toBytes(unlike(newName, spot.names)) });
    }
    collect(bytes, found, patches);
  }
  if (missing.length === 0) return;
  if (bytes[span.start] === scan.openBracket) patches.push(...elements(bytes, span, new Map(missing)));
  else patches.push(addition(bytes, span, missing));
}

/** Two names that were made alike must not become one member. */
function unlike(name: string, names = new Set<string>()): string {
  let made = name;
  for (let count = 2; names.has(made); count++) made = `${name}_${count}`;
  names.add(made);
  return made;
}

/** New elements at either end of a list; in an empty one both stand in the same place. */
function elements(bytes: Buffer, { start, end }: Span, missing: Map<string, Spot>): readonly Patch[] {
  const [before, after] = [missing.get("-0"), missing.get("-")];
  if (missing.size > Number(before !== undefined) + Number(after !== undefined)) {
    throw new RangeError("an edit's pointer leads to a list's missing element");
  }
  const texts = [before, after].map((spot) => (spot === undefined ? [] : [JSON.stringify(valueToSet(spot))]));
  const [first = [], last = []] = texts;
  if (scan.skipSpace(bytes, start + 1) === end - 1) return [insertion(start + 1, [...first, ...last].join())];
  const ends = [
    insertion(start + 1, `${first.join()},`),
    insertion(endOfLast(bytes, end), `,${last.join()}`),
  ];
  return ends.filter((_, at) => texts[at]?.length === 1);
}

/** The index after the last thing in a list or an object; `end` stands after its closing mark. */
function endOfLast(bytes: Buffer, end: number): number {
  let last = end - 1;
  while (scan.isSpace(bytes[last - 1])) last--;
  return last;
}

function insertion(at: number, text: string): Patch {
  return { start: at, end: at, bytes: Buffer.from(text) };
}

function addition(bytes: Buffer, { start, end }: Span, missing: readonly [string, Spot][]): Patch {
  const made = Object.fromEntries(missing.map(([name, spot]) => [name, valueToSet(spot)]));
  if (bytes.toString("latin1", start, end) === "null") return { start, end, bytes: toBytes(made) };
  if (bytes[start] !== scan.openBrace) throw new RangeError("an edit's pointer leads nowhere");
  const last = endOfLast(bytes, end);
  const members = JSON.stringify(made).slice(1, -1);
  return insertion(last, last === start + 1 ? members : `,${members}`);
}

function valueToSet({ value, below }: Spot): JsonValue {
  if (value === undefined) {
    return Object.fromEntries([...below].map(([name, spot]) => [name, valueToSet(spot)]));
  }
  if (below.size > 0) throw new RangeError("an edit lies within another's value");
  return value;
}

function toBytes(value: JsonValue): Buffer {
  return Buffer.from(JSON.stringify(value));
}
