// Owns planting a word in a recorded answer: at the seam of two pieces of a text, and in all that repeats it.
// Knows no vendor and no guard.

import type { AnswerHead, Dialect } from "../../../../core/contracts/dialect.ts";
import type { Delta, Frame, TextDelta } from "../../../../core/contracts/frame.ts";
import { bytesOf, frames as framesOf } from "../../dialects/answers.ts";
import type { Exchanged } from "../../dialects/recorded-checks.ts";

/** Appended texts of one channel, by frame and delta. */
interface Voice {
  readonly kind: TextDelta["kind"];
  readonly channel: string;
  readonly pieces: readonly { readonly frame: number; readonly at: number; readonly text: string }[];
}

export interface Planted {
  readonly body: Buffer;
  readonly kind: TextDelta["kind"];
  /** Whether the word stands in two frames. */
  readonly isSplit: boolean;
}

const guardedKinds: ReadonlySet<string> = new Set([
  "text",
  "reasoning",
  "refusal",
  "tool.args",
  "tool.result",
]);

function voicesOf(frames: readonly Frame[]): readonly Voice[] {
  const voices = new Map<
    string,
    { kind: TextDelta["kind"]; channel: string; pieces: Voice["pieces"][number][] }
  >();
  for (const [frame, { deltas }] of frames.entries()) {
    for (const [at, delta] of deltas.entries()) {
      if (!("text" in delta) || delta.mode !== "append" || !guardedKinds.has(delta.kind)) continue;
      if (!("pointer" in delta)) continue;
      const { kind, channel, text } = delta;
      const name = `${kind} ${channel}`;
      const voice = voices.get(name) ?? { kind, channel, pieces: [] };
      voices.set(name, voice);
      voice.pieces.push({ frame, at, text });
    }
  }
  return [...voices.values()];
}

/** A place in a text where a word may stand without breaking what it is. */
interface Spot {
  readonly piece: number;
  readonly unit: number;
}

/** Of prose every seam and the middle of a lone piece; of arguments where a string goes on. */
function spotsOf({ kind, pieces }: Voice): readonly Spot[] {
  const spots: Spot[] = [];
  let json = "";
  for (const [piece, { text }] of pieces.entries()) {
    const isFree = kind !== "tool.args" || isInString(json + text);
    if (isFree && piece < pieces.length - 1) spots.push({ piece, unit: text.length });
    json += text;
  }
  if (spots.length > 0) return spots;
  const [first] = pieces;
  if (first === undefined) return [];
  if (kind !== "tool.args") return [{ piece: 0, unit: first.text.length >> 1 }];
  const string = /:\s*"/.exec(first.text);
  return string === null ? [] : [{ piece: 0, unit: string.index + string[0].length }];
}

function isInString(json: string): boolean {
  const open = json.replaceAll(/\\(?:u[0-9a-fA-F]{4}|[^u])/g, "");
  return !open.includes("\\") && (open.match(/"/g)?.length ?? 0) % 2 === 1;
}

/** The word at one spot after another of each text, cut in another place each time. */
export function* plantings(dialect: Dialect, exchanged: Exchanged, word: string): Generator<Planted> {
  const { head, body } = exchanged;
  const frames = framesOf(dialect, head, [body]);
  for (const voice of voicesOf(frames)) {
    const spots = spotsOf(voice);
    const count = Math.min(spots.length, word.length - 1);
    for (let nth = 0; nth < count; nth += 1) {
      const spot = spots[Math.floor((nth * spots.length) / count)] as Spot;
      const planted = plant(dialect, { head, frames, voice, spot, word, cut: 1 + (nth % (word.length - 1)) });
      if (planted !== undefined) yield planted;
    }
  }
}

interface Plant {
  readonly head: AnswerHead;
  readonly frames: readonly Frame[];
  readonly voice: Voice;
  readonly spot: Spot;
  readonly word: string;
  /** Units of the word on the left of a seam. */
  readonly cut: number;
}

function plant(dialect: Dialect, { head, frames, voice, spot, word, cut }: Plant): Planted | undefined {
  const { kind, channel, pieces } = voice;
  const [left, right] = [pieces[spot.piece], pieces[spot.piece + 1]];
  if (left === undefined) return undefined;
  const isSeam = right !== undefined && spot.unit === left.text.length;
  const said = isSeam ? word.slice(0, cut) : word;
  const edits = new Map<string, string>();
  edits.set(`${left.frame} ${left.at}`, left.text.slice(0, spot.unit) + said + left.text.slice(spot.unit));
  if (isSeam) edits.set(`${right.frame} ${right.at}`, word.slice(cut) + right.text);
  const before =
    pieces
      .slice(0, spot.piece)
      .map(({ text }) => text)
      .join("") + left.text.slice(0, spot.unit);
  const after = pieces
    .map(({ text }) => text)
    .join("")
    .slice(before.length);
  const writer = dialect.writer(head);
  const planted = frames.map((frame, at) => {
    const deltas = frame.deltas.map((delta, index): Delta => {
      const text = edits.get(`${at} ${index}`);
      if (text !== undefined) return { ...delta, text } as Delta;
      return repeated(delta, { kind, channel, before, after, word });
    });
    writer.note?.(frame);
    return writer.edit(frame, deltas);
  });
  return { body: bytesOf(planted), kind, isSplit: isSeam && left.frame !== right.frame };
}

interface Around {
  readonly kind: string;
  readonly channel: string;
  readonly before: string;
  readonly after: string;
  readonly word: string;
}

/** What says the text whole, or what has come of it, says the word, too. */
function repeated(delta: Delta, { kind, channel, before, after, word }: Around): Delta {
  if (!("text" in delta) || delta.mode !== "snapshot" || delta.kind !== kind) return delta;
  const isOf = delta.channel === channel || before + after === delta.text;
  if (!isOf || !delta.text.startsWith(before) || delta.text.length <= before.length) return delta;
  return { ...delta, text: before + word + delta.text.slice(before.length) };
}
