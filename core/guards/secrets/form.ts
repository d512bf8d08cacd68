// Owns what the form of a vendor's token is, how it is written down, and whether a text has it at a place.
// Knows no vendor.

import { beginsWord, charsets, endOf, endsWord, isIn } from "./characters.ts";
import { type Check, checks } from "./checks.ts";

/**
 * Type of the finding, form, and what else must hold. In a form `{a36}` stands for 36 of the charset `a`,
 * `{w20-40}` for so many, `{=}` for padding, `{uuid}` for itself; all else for itself. Where `>` is, what is
 * left of it stands before the mark by which the token is found: `{a14}>.atlasv1.{e60-70}`.
 */
export type FormRow = readonly [type: string, form: string, check?: keyof typeof checks];

interface Part {
  readonly literal: string;
  readonly set: number;
  readonly min: number;
  readonly max: number;
}

export interface Form {
  readonly type: string;
  /** What it is found by. */
  readonly mark: string;
  readonly behind: Part | undefined;
  readonly parts: readonly Part[];
  readonly check: Check;
  /** Its row's place: what is remembered of it in a text stands there. */
  readonly place: number;
}

/** Parts longer than this are measured once a run of characters, however many tokens may begin in it. */
const longPart = 60;
const padding: Part = { literal: "", set: charsets.q ?? 0, min: 0, max: 3 };
const uuid = "{x8}-{x4}-{x4}-{x4}-{x12}";
const id = uuid.replaceAll("x", "l");

export function compileForm([type, form, check = "random"]: FormRow, place: number): Form {
  const [left, right] = form.includes(">") ? form.split(">", 2) : [undefined, form];
  const parts = readParts((right ?? "").replaceAll("{uuid}", uuid).replaceAll("{id}", id));
  const [first, ...rest] = parts;
  const mark = first?.literal ?? "";
  if (mark === "") throw new RangeError(`a form needs a mark: ${form}`);
  const behind = left === undefined ? undefined : readParts(left)[0];
  return { type, mark, behind, parts: rest, check: checks[check], place };
}

function readParts(form: string): Part[] {
  return [...form.matchAll(/\{(=)\}|\{([a-z])(\d+)(?:-(\d+))?\}|(?:[^{]|\{(?![a-z=]))+/g)].map(
    ([all, pad, name, min, max]) => {
      if (pad !== undefined) return padding;
      if (name === undefined) return { literal: all, set: 0, min: 0, max: 0 };
      const set = charsets[name];
      if (set === undefined) throw new RangeError(`no such charset: ${all}`);
      return { literal: "", set, min: Number(min), max: Number(max ?? min) };
    },
  );
}

/** Where runs of characters end that a form has already measured in this text; one place a form. */
export class Measured {
  /** Few forms measure anything. */
  readonly #known = new Map<number, { readonly from: number; readonly to: number }>();

  /** Undefined: it must be measured. */
  known(form: number, at: number): number | undefined {
    const known = this.#known.get(form);
    return known !== undefined && at >= known.from && at < known.to ? known.to : undefined;
  }

  keep(form: number, from: number, to: number): void {
    this.#known.set(form, { from, to });
  }
}

export interface Place {
  readonly text: string;
  /** Where the mark is. */
  readonly at: number;
  /** Nothing is read from here on. */
  readonly to: number;
  readonly measured: Measured;
}

/** Where a token of this form begins and ends; undefined: there is none. */
export function matchForm(form: Form, place: Place): { start: number; end: number } | undefined {
  const { text, at, to } = place;
  if (!text.startsWith(form.mark, at) || at + form.mark.length > to) return undefined;
  const start = form.behind === undefined ? at : startBehind(text, at, form.behind);
  if (start < 0 || (form.behind === undefined && !beginsWord(text, at))) return undefined;
  const end = endOfParts(form, place);
  if (end < 0 || !form.check(text.slice(start, end), form.mark.length + at - start)) return undefined;
  return { start, end };
}

function startBehind(text: string, at: number, { set, min, max }: Part): number {
  let start = at;
  while (start > 0 && at - start <= max && isIn(text.charCodeAt(start - 1), set)) start -= 1;
  return at - start >= min && at - start <= max ? start : -1;
}

function endOfParts({ mark, parts, place: row }: Form, { text, at, to, measured }: Place): number {
  let end = at + mark.length;
  for (const [index, part] of parts.entries()) {
    const { literal, set, min, max } = part;
    if (literal !== "") {
      if (!text.startsWith(literal, end) || end + literal.length > to) return -1;
      end += literal.length;
      continue;
    }
    const isLast = index === parts.length - 1;
    const bound = Math.min(to, end + max + (isLast ? 1 : 0));
    const known = max > longPart ? measured.known(row, end) : undefined;
    const next = known ?? endOf(text, end, { to: max > longPart ? to : bound, set });
    if (known === undefined && max > longPart) measured.keep(row, end, next);
    if (next - end < min || next - end > max) return -1;
    end = next;
  }
  return parts.at(-1)?.literal !== "" || endsWord(text, end) ? end : -1;
}
