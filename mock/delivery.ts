// Owns an answer made ready for the wire, and how its frames become writes; knows no socket.

import type { Frame } from "./dialect.ts";
import type { Pacing } from "./script.ts";

export interface Delivery {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: the length is not told and the body is chunked. */
  readonly contentLength: number | undefined;
  readonly frames: readonly Frame[];
  readonly pacing: Pacing;
  /** After the last frame: a clean end, a closed socket, or silence. */
  readonly end: "clean" | "cut" | "stalled";
  readonly hasHead: boolean;
}

/** One call to the socket, and what is complete once it is made. */
export interface Write {
  readonly bytes: Buffer;
  readonly frames: number;
  readonly tokens: number;
}

export function bodyFrame(bytes: Buffer, tokens: number): Frame {
  return { bytes, tokens, isEndMark: false };
}

export function wholeBody(status: number, headers: Readonly<Record<string, string>>, body: Frame): Delivery {
  const contentLength = body.bytes.length;
  return { status, headers, contentLength, frames: [body], pacing: {}, end: "clean", hasHead: true };
}

/** Made as they are sent: the odd cuts of a long answer are never all in memory. */
export function toWrites(frames: readonly Frame[], pacing: Pacing): Iterable<Write> {
  return pacing.chunkBytes === undefined
    ? frameWrites(frames, pacing.burst ?? 1)
    : chunkWrites(frames, pacing.chunkBytes);
}

function* frameWrites(frames: readonly Frame[], burst: number): Iterable<Write> {
  for (let start = 0; start < frames.length; start += burst) {
    const joined = frames.slice(start, start + burst);
    const [first] = joined;
    // One frame alone is not copied: the same buffer may be sent any number of times.
    yield joined.length === 1 && first
      ? { bytes: first.bytes, frames: 1, tokens: first.tokens }
      : joinFrames(joined);
  }
}

function joinFrames(frames: readonly Frame[]): Write {
  const bytes = Buffer.concat(frames.map((frame) => frame.bytes));
  return { bytes, frames: frames.length, tokens: frames.reduce((sum, frame) => sum + frame.tokens, 0) };
}

/** A frame counts with the chunk that holds its last byte. */
function* chunkWrites(frames: readonly Frame[], chunkBytes: number): Iterable<Write> {
  const { bytes } = joinFrames(frames);
  let next = 0;
  let frameEnd = frames[0]?.bytes.length ?? 0;
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const end = Math.min(start + chunkBytes, bytes.length);
    const first = next;
    let tokens = 0;
    while (next < frames.length && frameEnd <= end) {
      tokens += frames[next]?.tokens ?? 0;
      next += 1;
      frameEnd += frames[next]?.bytes.length ?? 0;
    }
    yield { bytes: bytes.subarray(start, end), frames: next - first, tokens };
  }
}
