// Owns fresh W3C ids. Knows nothing of spans or headers.

import { randomFillSync } from "node:crypto";

/** One system call fills this many bytes: a call for each id would cost more than the rest of a trace. */
const pool = Buffer.alloc(4096);
let used = pool.length;

function takeHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString("hex", used - bytes, used);
}

/** 32 hex digits, not to be guessed: egress is attributed by it. */
export const newTraceId = (): string => takeHex(16);

/** 16 hex digits. */
export const newSpanId = (): string => takeHex(8);
