// Owns fresh W3C ids. Knows nothing of spans or headers.

import { randomFillSync } from "node:crypto";

/** One system call and one printing serve many ids: for each they would cost more than the trace. */
const pool = Buffer.alloc(4096);
let digits = "";
let used = 0;

function takeHex(length: number): string {
  if (used + length > digits.length) {
    digits = randomFillSync(pool).toString("hex");
    used = 0;
  }
  used += length;
  return digits.slice(used - length, used);
}

/** 32 hex digits, not to be guessed: egress is attributed by it. */
export const newTraceId = (): string => takeHex(32);

/** 16 hex digits. */
export const newSpanId = (): string => takeHex(16);
