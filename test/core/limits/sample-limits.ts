// Owns a limit, a counter and a draw to begin from: tests change what they are about. Knows no store.

import type { Exchange } from "../../../core/contracts/exchange.ts";
import type { Counter, Draw } from "../../../core/contracts/limit.ts";
import type { LimitSpec } from "../../../core/contracts/policy.ts";

export const sampleLimit: LimitSpec = {
  name: "requests",
  origin: { file: "/policy.yaml", line: 1 },
  meter: "requests",
  amount: 60,
  window: { kind: "sliding", windowMs: 60_000 },
  burst: undefined,
  by: [],
  match: undefined,
  mode: "enforce",
  status: 429,
  onExceeded: "refuse",
  onCut: "end",
  downgrade: undefined,
  wrapUp: undefined,
  onStoreLoss: "closed",
  consistency: "fast",
};

export const sampleCounter: Counter = {
  key: "requests",
  limit: 2,
  amount: 1,
  perUnit: 0,
  share: 1,
  window: { kind: "sliding", windowMs: 60_000 },
  role: "ceiling",
  onStoreLoss: "closed",
  consistency: "fast",
};

export function drawFor(exchange: Exchange, draw: Partial<Draw> = {}): Draw {
  return {
    exchange,
    isRepeat: false,
    provider: undefined,
    inputTokens: 0,
    price: undefined,
    inputNanoUsd: 0,
    outputNanoUsd: 0,
    ...draw,
  };
}
