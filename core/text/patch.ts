// Owns putting bytes in the place of others. Must not know what they say.

/** Bytes from `start` up to `end`, without it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `bytes` in the place of a span. */
export interface Patch extends Span {
  readonly bytes: Buffer;
}

/** In their order; none lies within another. */
export function patch(bytes: Buffer, patches: readonly Patch[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, bytes: piece } of patches) {
    pieces.push(bytes.subarray(at, start), piece);
    at = end;
  }
  pieces.push(bytes.subarray(at));
  return Buffer.concat(pieces);
}

export function byStart(a: Span, b: Span): number {
  return a.start - b.start || a.end - b.end;
}
