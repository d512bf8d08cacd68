// Owns how long work may take: a timer an exchange, cut when it is over. Knows no store.

import type { Exchange, Filter } from "../contracts/exchange.ts";
import { nothingDrawn } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { refuse } from "../contracts/refusal.ts";
import { conditionOf } from "../limits/condition-adapter.ts";
import { completed } from "../motion/task-end.ts";

export interface WallClockOptions {
  /** Of wall-clock time alone. */
  readonly specs: readonly LimitSpec[];
  /** What a task's end is given beyond its time, where somebody nearer to the agent ends it; milliseconds. */
  readonly endsLaterMs: number;
  /** A limit in shadow would have cut it. */
  readonly onShadow: (spec: LimitSpec, exchange: Exchange) => void;
}

/** Node's longest; a longer one would fire at once. */
const timerMsMax = 2 ** 31 - 1;

/** Undefined where nothing limits time, so that it costs nothing. */
export function wallClockFilter({ specs, endsLaterMs, onShadow }: WallClockOptions): Filter | undefined {
  if (specs.length === 0) return undefined;
  const limits = specs.map((spec) => ({ spec, holds: conditionOf(spec.match) }));
  const open: Filter["open"] = (exchange) => {
    const timers = limits
      .filter(({ holds }) => holds({ ...nothingDrawn, exchange }))
      .map(({ spec }) => {
        const laterMs = spec.onExceeded === "end" ? endsLaterMs : 0;
        const isShadow = spec.mode === "shadow";
        const end = (): void => (isShadow ? onShadow(spec, exchange) : cut(spec, exchange));
        return setTimeout(end, Math.min(spec.amount + laterMs, timerMsMax));
      });
    return { kind: "visit", close: () => timers.forEach(clearTimeout) };
  };
  return { name: "wall-clock", wantsCall: false, open };
}

function cut({ name, amount, status, onExceeded }: LimitSpec, exchange: Exchange): void {
  const over = `the ${amount / 1000} s this work may take are over`;
  const message = `Limit "${name}": ${over}. Ask for less at once.`;
  exchange.cut(
    onExceeded === "end"
      ? completed(exchange, "wall_clock_exceeded")
      : refuse("wall_clock_exceeded", { message, status }),
  );
}
