// Owns how a counter is told: as one plain object, the same in JSON, on the admin listener and to those who
// print it. Asks no store.

import type { LimitSpec, Meter } from "../../contracts/policy.ts";
import { readValue } from "../../limits/scope.ts";
import { parseNanoUsd } from "../../policy/units.ts";
import { formatUsd } from "../../prices/cost.ts";
import type { Hasher } from "../../telemetry/hashing.ts";
import type { KnownLimit } from "./known-limits.ts";

/** Dollars as a decimal string, exact; all else as a number. */
export type Figure = string | number;

export interface CounterReport {
  readonly limit: string;
  /** null: the limit stands alone. */
  readonly agent: string | null;
  readonly meter: Meter;
  /** `calendar day UTC`, `sliding 60s`, `life task`, `concurrency`. */
  readonly window: string;
  /** null: of those that have none; sessions as the logs name them; what is long, by its hash. */
  readonly scope: Readonly<Record<string, string | null>>;
  /** Below 0 where more was granted than used. */
  readonly used: Figure;
  /** null: each task asks for its own amount. */
  readonly left: Figure | null;
  readonly amount: Figure | null;
  /** Until something comes back; 0 where time alone brings nothing. */
  readonly resetMs: number;
}

/** What a counter holds, and whose it is. */
export interface Standing {
  readonly known: KnownLimit;
  /** As they stand in its key. */
  readonly values: ReadonlyMap<string, string>;
  readonly used: number;
  readonly resetMs: number;
}

export function reportOf({ known, values, used, resetMs }: Standing, hash: Hasher): CounterReport {
  const { spec, owner, amount } = known;
  const { meter } = spec;
  const left = amount === undefined ? null : figureOf(meter, Math.max(amount - used, 0));
  const scope = Object.fromEntries(
    [...values].map(([name, text]) => [name, shownValue(name, text, hash)] as const),
  );
  return {
    limit: spec.name,
    agent: owner ?? null,
    meter,
    window: describeWindow(spec),
    scope,
    used: figureOf(meter, used),
    left,
    amount: amount === undefined ? null : figureOf(meter, amount),
    resetMs,
  };
}

/** A session's id may let others into it. */
export function shownValue(scope: string, text: string, hash: Hasher): string | null {
  const value = readValue(text);
  if (value === undefined) return null;
  const isHashed = text.startsWith("#");
  return scope === "session" && !isHashed ? hash(value) : value;
}

export function figureOf(meter: Meter, count: number): Figure {
  if (meter !== "usd") return count;
  return count < 0 ? `-${formatUsd(-count)}` : formatUsd(count);
}

/** In the meter's unit; undefined: it is no positive amount of it. */
export function readAmount(meter: Meter, text: string): number | undefined {
  const count = meter === "usd" ? parseNanoUsd(text.replace(/^\$/, "")) : wholeNumber(text);
  return count === undefined || count < 1 ? undefined : count;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function describeWindow({ window }: LimitSpec): string {
  if (window === undefined) return "concurrency";
  switch (window.kind) {
    case "calendar":
      return `calendar ${window.unit} ${window.zone}`;
    case "life":
      return `life ${window.of}`;
    default:
      return `${window.kind} ${window.windowMs / 1_000}s`;
  }
}
