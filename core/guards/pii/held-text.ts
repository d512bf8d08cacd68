// Owns the end of a text that still matters, folded, and where each unit of it came from. Knows no kind of
// personal data.

import { foldable, foldInPlace, foldInto, nearFoldable, type Reading } from "./fold.ts";

const toFold = new RegExp(`[${foldable}]`);
/** Asked first: few ranges are found fast, and most text that is not ASCII has but quotes and letters. */
const mayFold = new RegExp(`[${nearFoldable}]`);

/** Places in `text` count from `base`: the number of folded units already let go. */
export class HeldText {
  text = "";
  base = 0;
  /** UTF-16 units pushed so far. */
  pushed = 0;
  /** Half a pair at the end of a push: read with the next one. */
  private half = "";
  /** Where `text` starts in what was pushed, as long as each unit stands for itself. */
  private start = 0;
  private reading: Reading | undefined;
  private unseen = 0;

  /** This alone, folded, unit by unit as it came. */
  hold(text: string): void {
    this.text = text;
    this.base = 0;
    this.start = 0;
    this.pushed = text.length;
  }

  /** Units of `text` that were there before: what follows them is new. */
  push(pushed: string): number {
    const known = this.text.length;
    const place = this.pushed - this.half.length;
    this.pushed += pushed.length;
    let more = this.half + pushed;
    this.half = "";
    const last = more.charCodeAt(more.length - 1);
    if (last >= 0xd800 && last <= 0xdbff) {
      this.half = more.slice(-1);
      more = more.slice(0, -1);
    }
    this.add(more, place);
    return known;
  }

  /** Nothing follows: half a pair stands for itself. */
  end(): void {
    if (this.half === "") return;
    const place = this.pushed - 1;
    const { half } = this;
    this.half = "";
    this.add(half, place);
  }

  private add(more: string, place: number): void {
    const isPlain = Buffer.byteLength(more) === more.length || !mayFold.test(more) || !toFold.test(more);
    const folded = isPlain ? more : foldInPlace(more);
    if (folded !== undefined && this.reading === undefined) {
      if (this.text === "") this.start = place;
      this.text += folded;
      if (more !== "") this.unseen = 0;
      return;
    }
    const reading = this.reading ?? this.startReading();
    this.reading = reading;
    foldInto(reading, more, place);
    this.text = reading.text;
    this.unseen = reading.unseen;
  }

  private startReading(): Reading {
    const starts = Array.from({ length: this.text.length }, (_, index) => this.start + index);
    return { text: this.text, starts, ends: starts.map((start) => start + 1), unseen: this.unseen };
  }

  /** Where the unit at `index` of `text` came from; behind the last one: where nothing was read yet. */
  startOf(index: number): number {
    if (this.reading === undefined) {
      return this.text === "" ? this.pushed - this.half.length : this.start + index;
    }
    return this.reading.starts[index] ?? this.pushed - this.half.length;
  }

  endOf(index: number): number {
    return this.reading === undefined ? this.start + index + 1 : (this.reading.ends[index] ?? this.pushed);
  }

  /** Lets the first units go. */
  drop(count: number): void {
    if (count <= 0) return;
    this.text = this.text.slice(count);
    this.base += count;
    const { reading } = this;
    if (reading === undefined) {
      this.start += count;
      return;
    }
    reading.text = this.text;
    reading.starts.splice(0, count);
    reading.ends.splice(0, count);
    this.settle(reading);
  }

  /** Where each unit stands for itself again no list is kept. */
  private settle(reading: Reading): void {
    const first = reading.starts[0];
    const last = reading.ends[reading.ends.length - 1];
    const length = this.text.length;
    if (first === undefined || last === undefined || last - first !== length) return;
    if (last !== this.pushed - this.half.length) return;
    this.start = first;
    this.reading = undefined;
  }
}
