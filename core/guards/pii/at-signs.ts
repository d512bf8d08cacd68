// Owns what a local part is made of, and finding the at sign that a number may stand before. Knows no domain.

import { isAlnum } from "./signs.ts";

/** RFC 5321, 4.5.3.1. */
export const localUnitsMax = 64;

export const isLocalSign = (code: number) =>
  isAlnum(code) ||
  code === 0x2e ||
  code === 0x5f ||
  code === 0x25 ||
  code === 0x2b ||
  code === 0x27 ||
  code === 0x2d;

interface Text {
  readonly text: string;
  readonly isLast: boolean;
}

/** Where runs of an address's signs end: each is read once. */
export class AtSigns {
  private from = 0;
  /** Where the run ends, at an at sign or another; -1: none is known. */
  private end = -1;

  /** The text is another one now. */
  forget(): void {
    this.end = -1;
  }

  /** The at sign that the run of signs from `start` on comes to; -1: none near enough. */
  after({ text, isLast }: Text, start: number): number | "wait" {
    if (start < this.from || start > this.end) {
      this.from = start;
      this.end = start;
      while (this.end < text.length && isLocalSign(text.charCodeAt(this.end))) this.end++;
    }
    if (this.end - start > localUnitsMax) return -1;
    if (this.end === text.length) return isLast ? -1 : "wait";
    return text[this.end] === "@" ? this.end : -1;
  }
}
