// Owns a checked limit's spec, in an agent or standing alone. Knows nothing of counters.

import type { DowngradeSpec, LimitSpec, Meter, Window } from "../../contracts/policy.ts";
import type { Draft } from "../draft.ts";
import type {
  DowngradeDocument,
  LimitDocument,
  SharedLimitDocument,
  WindowDocument,
} from "../schema/limit.ts";
import { meters } from "../schema/limit.ts";
import { parseDurationMs, parseNanoUsd } from "../units.ts";
import type { Identity } from "./checked.ts";
import { documentOf, identityOf, proven } from "./checked.ts";

export function toSharedLimitSpec(draft: Draft): LimitSpec {
  return toLimitSpec(identityOf(draft), documentOf<SharedLimitDocument>(draft).spec);
}

export function toLimitSpec(identity: Identity, limit: LimitDocument): LimitSpec {
  const meter = proven(meters.find((candidate) => limit[candidate] !== undefined));
  return {
    ...identity,
    meter,
    amount: amountOf(meter, limit),
    window: limit.window && toWindow(limit.window),
    burst: limit.burst,
    by: limit.by,
    match: limit.match,
    mode: limit.mode,
    status: limit.status,
    onExceeded: limit.onExceeded,
    onCut: limit.onCut,
    downgrade: limit.downgrade && toDowngrade(limit.downgrade),
    wrapUp: limit.wrapUp && { atPercent: limit.wrapUp.at, text: limit.wrapUp.text },
    onStoreLoss: limit.onStoreLoss,
    consistency: limit.consistency,
  };
}

function toDowngrade({ to, at, aboveUsd }: DowngradeDocument): DowngradeSpec {
  const aboveNanoUsd = aboveUsd === undefined ? undefined : proven(parseNanoUsd(aboveUsd));
  return { to, atPercent: at, aboveNanoUsd };
}

function amountOf(meter: Meter, limit: LimitDocument): number {
  if (meter === "usd") return proven(parseNanoUsd(limit.usd));
  if (meter === "wallClock") return proven(parseDurationMs(proven(limit.wallClock)));
  return proven(limit[meter]);
}

function toWindow(window: WindowDocument): Window {
  if (window.fixed !== undefined) return { kind: "fixed", windowMs: proven(parseDurationMs(window.fixed)) };
  if (window.sliding !== undefined)
    return { kind: "sliding", windowMs: proven(parseDurationMs(window.sliding)) };
  if (window.life !== undefined) return { kind: "life", of: window.life };
  return { kind: "calendar", unit: proven(window.calendar), zone: window.zone ?? "UTC" };
}
