// Owns the proof that the time of a log line is what Date writes.

import fc from "fast-check";
import { expect, it } from "vitest";
import { isoTime } from "../../../core/telemetry/iso-time.ts";

it("reads as Date writes it, in any order of times", () => {
  const first = Date.UTC(2026, 10, 21, 23, 59, 59, 990);
  for (let nowMs = first; nowMs < first + 1_020; nowMs++) {
    expect(isoTime(nowMs)).toBe(new Date(nowMs).toISOString());
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (nowMs) => {
      expect(isoTime(nowMs)).toBe(new Date(nowMs).toISOString());
    }),
  );
});
