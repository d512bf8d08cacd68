// Owns an answer made ready for the wire: head, frames, pacing and end, and how frames become writes; knows no socket.

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

export function toWrites(frames: readonly Frame[], pacing: Pacing): readonly Write[] {
  if (pacing.chunkBytes !== undefined) return chunkWrites(frames, pacing.chunkBytes);
  const burst = pacing.burst ?? 1;
  if (burst === 1) return frames.map(({ bytes, tokens }) => ({ bytes, frames: 1, tokens }));
  const writes: Write[] = [];
  for (let start = 0; start < frames.length; start += burst) {
    writes.push(joinFrames(frames.slice(start, start + burst)));
  }
  return writes;
}

function joinFrames(frames: readonly Frame[]): Write {
  const bytes = Buffer.concat(frames.map((frame) => frame.bytes));
  return { bytes, frames: frames.length, tokens: frames.reduce((sum, frame) => sum + frame.tokens, 0) };
}

/** A frame counts with the chunk that holds its last byte. */
function chunkWrites(frames: readonly Frame[], chunkBytes: number): readonly Write[] {
  const { bytes } = joinFrames(frames);
  const writes: Write[] = [];
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
    writes.push({ bytes: bytes.subarray(start, end), frames: next - first, tokens });
  }
  return writes;
}
