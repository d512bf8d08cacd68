// Owns which counters of a store are the ones an operator names. Changes none.

import type { CounterWindow } from "../../contracts/limit.ts";
import type { CounterDesk, Gauge, StandingFigure } from "../../contracts/store.ts";
import { type KeyParts, keyPrefix, readKey, readValue, valueInKey, writeKey } from "../../limits/scope.ts";
import { windowOf } from "../../limits/window.ts";
import type { Hasher } from "../../telemetry/hashing.ts";
import type { KnownLimit } from "./known-limits.ts";
import type { Standing } from "./report.ts";
import type { Selected } from "./selection.ts";

/** Looked at of one limit, or of all where none is named. */
const figuresMax = 20_000;

/** A counter by its name; whether anything was ever counted there is not said. */
export interface Named extends Standing {
  readonly key: string;
}

export interface Found extends Named {
  readonly figure: StandingFigure;
}

export interface FindOptions {
  readonly selected: readonly Selected[];
  /** `each`: their names are given, so that only their counters are asked for. */
  readonly limits: "each" | "all";
  readonly hash: Hasher;
}

export async function findCounters(
  counters: CounterDesk,
  { selected, limits, hash }: FindOptions,
): Promise<{ readonly found: readonly Found[]; readonly isCut: boolean } | "lost"> {
  const byPrefix = new Map(selected.map((one) => [prefixOf(one.known), one]));
  const starts = limits === "all" ? [""] : [...byPrefix.keys()];
  const listed = await Promise.all(starts.map((start) => counters.list(start, figuresMax)));
  const known = listed.filter((figures) => figures !== "lost");
  if (known.length < listed.length) return "lost";
  const found = known.flat().flatMap((figure): readonly Found[] => {
    const parts = readKey(figure.key);
    const one = byPrefix.get(parts?.prefix ?? "");
    if (parts === undefined || one === undefined) return [];
    if (!isInForce(figure, one.known) || !fits(parts, one.wanted, hash)) return [];
    const { key, used, resetMs } = figure;
    return [{ known: one.known, values: parts.values, key, used, resetMs, figure }];
  });
  return { found, isCut: known.some(({ length }) => length >= figuresMax) };
}

/** Undefined: not each of its scopes is named, or one only as the log names it. */
export function nameCounter({ known, wanted }: Selected): Named | undefined {
  const { scopes, spec } = known;
  if (scopes.some((scope) => !wanted.has(scope) || isLogName(wanted.get(scope)))) return undefined;
  const values = new Map(scopes.map((scope) => [scope, valueInKey(wanted.get(scope))] as const));
  const key = writeKey({ prefix: keyPrefix(spec, known.owner), values });
  return { known, values, key, used: 0, resetMs: 0 };
}

export function gaugeOf({ known: { spec, amount = Number.MAX_SAFE_INTEGER }, key }: Named): Gauge {
  return { key, limit: amount, window: windowOf(spec)() };
}

function prefixOf({ spec, owner }: KnownLimit): string {
  return keyPrefix(spec, owner);
}

/** Windows of an earlier policy are other figures, in which nothing is counted any more. */
function isInForce({ kind, windowMs }: StandingFigure, { spec }: KnownLimit): boolean {
  const window: CounterWindow = windowOf(spec)();
  return kind === window.kind && (window.kind !== "sliding" || windowMs === window.windowMs);
}

function fits({ values }: KeyParts, wanted: Selected["wanted"], hash: Hasher): boolean {
  return [...wanted].every(([scope, value]) => isSame(values.get(scope), value, hash));
}

function isSame(text: string | undefined, value: string | undefined, hash: Hasher): boolean {
  if (text === valueInKey(value)) return true;
  const said = isLogName(value) && text !== undefined ? readValue(text) : undefined;
  return said !== undefined && hash(said) === value;
}

/** As `Hasher` makes them. */
function isLogName(value: string | undefined): boolean {
  return value !== undefined && /^h:[0-9a-f]{16}:\d+$/.test(value);
}
