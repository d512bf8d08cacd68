// Owns the policy files' units: durations, sizes, money, instants. Knows nothing of the fields that hold
// them.

import { usdMax } from "./schema/shared.ts";

const msPerUnit: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const bytesPerUnit: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1_024,
  MiB: 1_024 ** 2,
  GiB: 1_024 ** 3,
};

/** Both sides are known where the schema has passed the text. */
function amountOf(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit] = /^([0-9]+)([A-Za-z]+)$/.exec(text) ?? [];
  const size = unit === undefined || !Object.hasOwn(units, unit) ? undefined : units[unit];
  return digits === undefined || size === undefined ? undefined : Number(digits) * size;
}

/** `250ms`, `30s`, `10m`, `1h`, `7d`. */
export function parseDurationMs(text: string): number | undefined {
  return amountOf(text, msPerUnit);
}

/** `64KiB`, `10MiB`. */
export function parseBytes(text: string): number | undefined {
  return amountOf(text, bytesPerUnit);
}

/** Integer nano-dollars, exactly; undefined where it is no amount, too much, or finer than a nano-dollar. */
export function parseNanoUsd(money: unknown): number | undefined {
  const text = typeof money === "number" ? decimalOf(money) : money;
  if (typeof text !== "string") return undefined;
  const [, dollars, nanos = ""] = /^([0-9]{1,7})(?:[.]([0-9]{1,9}))?$/.exec(text) ?? [];
  if (dollars === undefined || Number(dollars) + Number(`0.${nanos}`) > usdMax) return undefined;
  return Number(dollars + nanos.padEnd(9, "0"));
}

/** YAML's number as it was meant: 9 decimals, if they are that number. */
function decimalOf(amount: number): string | undefined {
  const text = amount.toFixed(9);
  return Number(text) === amount ? text : undefined;
}

/**
 * Milliseconds since the epoch of an RFC 3339 time; undefined for leap seconds and other times that are
 * none.
 */
export function parseInstantMs(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
