// Owns a limit's window as stores know it: a calendar's starts, a life's idle time. Knows no counter.

import { DateTime } from "luxon";
import type { CounterWindow } from "../contracts/limit.ts";
import type { LimitSpec, Window } from "../contracts/policy.ts";

/** About 24 days: rate-limiter-flexible forgets a window in memory by a timer, and no timer is longer. */
export const fixedWindowMsMax = 2 ** 31 - 1;
/** A task or session that nobody works on for so long is over (COMPATIBILITY: sessions live 24 h). */
const idleMs = 24 * 3_600_000;

/** The window as of now. Throws where the spec has none and needs one. */
export function windowOf({ name, meter, window, burst }: LimitSpec): () => CounterWindow {
  if (meter === "concurrency") return constantly({ kind: "concurrency" });
  switch (window?.kind) {
    case undefined:
      throw new Error(`limit ${name}: ${meter} are counted in a window`);
    case "fixed":
      if (meter === "requests" && window.windowMs <= fixedWindowMsMax) return constantly(window);
      throw new Error(`limit ${name}: only requests have a fixed window, of at most 24 days`);
    case "sliding":
      return constantly(burst === undefined ? window : { ...window, burst });
    case "life":
      return constantly({ kind: "life", idleMs });
    case "calendar":
      return calendarWindow(window, Date.now);
  }
}

function constantly(window: CounterWindow): () => CounterWindow {
  return () => window;
}

type Calendar = Extract<Window, { kind: "calendar" }>;
type Starts = Extract<CounterWindow, { kind: "calendar" }>["startsMs"];

/** Made anew once a period, not once a request. */
export function calendarWindow(calendar: Calendar, now: () => number): () => CounterWindow {
  let window = calendarAt(calendar, now());
  return () => {
    const nowMs = now();
    const [, startMs, endMs] = window.startsMs;
    if (nowMs < startMs || nowMs >= endMs) window = calendarAt(calendar, nowMs);
    return window;
  };
}

/** Weeks begin on Monday (ISO 8601). Where a zone's clocks change, an hour or a day is as long as it is. */
function calendarAt({ unit, zone }: Calendar, nowMs: number): { kind: "calendar"; startsMs: Starts } {
  const start = DateTime.fromMillis(nowMs, { zone }).startOf(unit);
  const from = (periods: number): number =>
    start
      .plus({ [unit]: periods })
      .startOf(unit)
      .toMillis();
  return { kind: "calendar", startsMs: [from(-1), from(0), from(1), from(2)] };
}
