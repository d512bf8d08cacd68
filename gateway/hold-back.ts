// Owns that no side of a WebSocket sends faster than the other takes. Knows no HTTP and no policy.

import type { WebSocket } from "ws";

/** Queued for one side, at most, and one message more: then the other side is not read. */
const queuedBytesMax = 1024 * 1024;
const lookEveryMs = 20;

/** Before a message of `from` goes on to `to`. A reader that takes nothing for `stallMs` is closed. */
export function holdBack(from: WebSocket, to: WebSocket, stallMs: number): void {
  if (from.isPaused || !isFull(to)) return;
  from.pause();
  const closeAtMs = performance.now() + stallMs;
  const look = setInterval(() => {
    if (isFull(to) && performance.now() < closeAtMs) return;
    clearInterval(look);
    if (isFull(to)) to.terminate();
    from.resume();
  }, lookEveryMs);
}

/** One that is still connecting queues without saying how much. */
function isFull(to: WebSocket): boolean {
  return to.readyState === to.CONNECTING || (to.readyState === to.OPEN && to.bufferedAmount > queuedBytesMax);
}
