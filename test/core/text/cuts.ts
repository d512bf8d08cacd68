// Owns ways of cutting bytes into chunks for tests. Must not know what the bytes are.

import fc from "fast-check";

/** One byte at a time, then two chunks, cut at each place in turn; of a long text, at some of them. */
export function* everyCut(bytes: Buffer): Generator<readonly Buffer[]> {
  yield Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
  const step = bytes.length > 10_000 ? Math.ceil(bytes.length / 50) : 1;
  for (let at = 0; at <= bytes.length; at += step) yield [bytes.subarray(0, at), bytes.subarray(at)];
}

/** Any number of chunks, some of them empty. */
export const anyCut = (bytes: Buffer) =>
  fc.array(fc.nat(bytes.length), { maxLength: 12 }).map((places) => {
    const sorted = [0, ...places.sort((a, b) => a - b), bytes.length];
    return sorted.slice(1).map((end, at) => bytes.subarray(sorted[at], end));
  });
