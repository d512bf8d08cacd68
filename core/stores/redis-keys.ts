// Owns how figures are named in Redis, and how counters and states are written for scripts and read from
// them. Knows no client.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Gauge, StandingFigure } from "../contracts/store.ts";

/** Braces make it a hash tag: all keys stand on one node of a cluster, as one script needs them. */
export const prefix = "{sluice}";
export const epochKey = `${prefix}:epoch`;

export const recordKey = (id: string) => `${prefix}:i:${id}`;

const letters = { sliding: "s", calendar: "p", life: "l", concurrency: "c" } as const;
const kinds = { p: "calendar", l: "life", c: "concurrency" } as const;

type Argument = string | number;

/** A window of another length is another figure: the ring's slots would not fit. Not of fixed windows. */
export function figureKey({
  key,
  kind,
  windowMs,
}: Pick<StandingFigure, "key" | "kind" | "windowMs">): string {
  const letter = letters[kind];
  return kind === "sliding" ? `${prefix}:${letter}:${windowMs}:${key}` : `${prefix}:${letter}:${key}`;
}

export function keyOf({ key, window }: Gauge): string {
  if (window.kind === "sliding") return `${prefix}:s:${window.windowMs}:${key}`;
  if (window.kind === "fixed") throw new Error("a fixed window has no figure");
  return `${prefix}:${letters[window.kind]}:${key}`;
}

/** The reverse of `figureKey`; undefined where it is none. */
export function figureNamed(name: string): Pick<StandingFigure, "key" | "kind" | "windowMs"> | undefined {
  const letter = name[prefix.length + 1];
  const rest = name.slice(prefix.length + 3);
  if (letter === "p" || letter === "l" || letter === "c") {
    return { key: rest, kind: kinds[letter], windowMs: 0 };
  }
  const colon = rest.indexOf(":");
  if (letter !== "s" || colon < 0) return undefined;
  return { key: rest.slice(colon + 1), kind: "sliding", windowMs: Number(rest.slice(0, colon)) };
}

/** What scripts call a gauge: kind, limit, and four figures of its window. */
export function gaugeArguments({ limit, window }: Gauge, slotLifeMs: number): readonly Argument[] {
  switch (window.kind) {
    case "sliding":
      return ["s", limit, window.windowMs, window.burst ?? 0, 0, 0];
    case "calendar":
      return ["p", limit, ...window.startsMs];
    case "life":
      return ["l", limit, window.idleMs, 0, 0, 0];
    case "concurrency":
      return ["c", limit, slotLifeMs, 0, 0, 0];
    case "fixed":
      throw new Error("a fixed window has no figure");
  }
}

/** Three figures a state. */
export function stateAt(said: readonly (number | string)[], at: number): CounterState {
  return {
    used: Number(said[at] ?? 0),
    remaining: Number(said[at + 1] ?? 0),
    resetMs: Number(said[at + 2] ?? 0),
  };
}

export function isFixed({ window }: Pick<Counter, "window">): boolean {
  return window.kind === "fixed";
}
