// Owns the proof that a limit's window is the one the policy writes, in any zone, whatever its clocks do.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Window } from "../../../core/contracts/policy.ts";
import { calendarWindow, windowOf } from "../../../core/limits/window.ts";
import { sampleLimit } from "./sample-limits.ts";

type Calendar = Extract<Window, { kind: "calendar" }>;
const units = ["hour", "day", "week", "month"] as const;

function startsAt(unit: Calendar["unit"], zone: string, at: string): readonly string[] {
  const window = calendarWindow({ kind: "calendar", unit, zone }, () => Date.parse(at))();
  if (window.kind !== "calendar") throw new Error("no calendar");
  return window.startsMs.map((ms) => new Date(ms).toISOString().replace(":00.000Z", "Z"));
}

describe("a calendar", () => {
  it("knows the period before, its own, and two to come", () => {
    expect(startsAt("day", "UTC", "2026-11-21T07:19:33Z")).toEqual([
      "2026-11-20T00:00Z",
      "2026-11-21T00:00Z",
      "2026-11-22T00:00Z",
      "2026-11-23T00:00Z",
    ]);
  });

  it("begins its weeks on Monday and its months on the first, across years", () => {
    expect(startsAt("week", "UTC", "2027-01-01T12:00:00Z").slice(1, 3)).toEqual([
      "2026-12-28T00:00Z",
      "2027-01-04T00:00Z",
    ]);
    expect(startsAt("month", "UTC", "2028-02-29T23:59:59Z")).toEqual([
      "2028-01-01T00:00Z",
      "2028-02-01T00:00Z",
      "2028-03-01T00:00Z",
      "2028-04-01T00:00Z",
    ]);
  });

  it.each([
    [
      "a day of 23 hours",
      "day",
      "Europe/Berlin",
      "2026-03-29T10:00:00Z",
      "2026-03-28T23:00Z",
      "2026-03-29T22:00Z",
    ],
    [
      "a day of 25 hours",
      "day",
      "Europe/Berlin",
      "2026-10-25T10:00:00Z",
      "2026-10-24T22:00Z",
      "2026-10-25T23:00Z",
    ],
    [
      "a day that begins at one",
      "day",
      "Africa/Cairo",
      "2026-04-24T12:00:00Z",
      "2026-04-23T22:00Z",
      "2026-04-24T21:00Z",
    ],
    [
      "a zone off the hour",
      "hour",
      "Asia/Kathmandu",
      "2026-06-01T00:00:00Z",
      "2026-05-31T23:15Z",
      "2026-06-01T00:15Z",
    ],
    [
      "a month of New York",
      "month",
      "America/New_York",
      "2026-11-10T00:00:00Z",
      "2026-11-01T04:00Z",
      "2026-12-01T05:00Z",
    ],
    [
      "the hour before clocks go back",
      "hour",
      "Europe/Berlin",
      "2026-10-25T00:30:00Z",
      "2026-10-25T00:00Z",
      "2026-10-25T01:00Z",
    ],
    [
      "the hour after",
      "hour",
      "Europe/Berlin",
      "2026-10-25T01:30:00Z",
      "2026-10-25T01:00Z",
      "2026-10-25T02:00Z",
    ],
  ] as const)("%s", (...[, unit, zone, at, start, end]) => {
    expect(startsAt(unit, zone, at).slice(1, 3)).toEqual([start, end]);
  });

  it("always holds the moment it was made for, and its starts rise", () => {
    const zones = [
      "UTC",
      "Europe/Berlin",
      "America/Sao_Paulo",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
      "Africa/Cairo",
    ];
    const moment = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2035, 0) });
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), fc.constantFrom(...units), (nowMs, zone, unit) => {
        const window = calendarWindow({ kind: "calendar", unit, zone }, () => nowMs)();
        if (window.kind !== "calendar") throw new Error("no calendar");
        const [before, start, end, after] = window.startsMs;
        expect(before < start && start <= nowMs && nowMs < end && end < after).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is made anew when its period is over, and when the clock is set back before it", () => {
    let nowMs = Date.parse("2026-11-21T23:59:59Z");
    const current = calendarWindow({ kind: "calendar", unit: "day", zone: "UTC" }, () => nowMs);
    const first = current();
    expect(current()).toBe(first);
    nowMs += 1_000;
    const second = current();
    expect(second).not.toEqual(first);
    nowMs -= 1_000;
    expect(current()).toEqual(first);
  });
});

describe("other windows", () => {
  it("a life is forgotten a day after it was last drawn on", () => {
    const window = { kind: "life", of: "session" } as const;
    expect(windowOf({ ...sampleLimit, window })()).toEqual({ kind: "life", idleMs: 86_400_000 });
  });

  it("concurrency needs none, and the rest says so where there is none", () => {
    expect(windowOf({ ...sampleLimit, meter: "concurrency", window: undefined })()).toEqual({
      kind: "concurrency",
    });
    expect(() => windowOf({ ...sampleLimit, meter: "tokens", window: undefined })).toThrow("limit requests");
  });
});
