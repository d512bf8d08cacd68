// Owns how many agents may have called one another before this one: loops end here. Knows no store.

import type { Exchange, Filter } from "../contracts/exchange.ts";
import { nothingDrawn } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { refuse } from "../contracts/refusal.ts";
import { conditionOf } from "../limits/condition-adapter.ts";
import { depthOtherwise } from "../limits/depth.ts";

export interface DepthOptions {
  /** Of depth alone. */
  readonly specs: readonly LimitSpec[];
  /** A limit in shadow would have refused it. */
  readonly onShadow: (spec: LimitSpec, exchange: Exchange) => void;
}

/** Stands behind the context filter. Where no limit says how deep, a bound of our own does. */
export function depthFilter({ specs, onShadow }: DepthOptions): Filter {
  const limits = specs.map((spec) => ({ spec, holds: conditionOf(spec.match) }));
  return {
    name: "depth",
    wantsCall: false,
    open: (exchange) => {
      const depth = exchange.context?.depth ?? 0;
      if (depth === 0) return undefined;
      const holding = limits.filter(({ holds }) => holds({ ...nothingDrawn, exchange }));
      const reached = holding.filter(({ spec }) => depth > spec.amount);
      for (const { spec } of reached) if (spec.mode === "shadow") onShadow(spec, exchange);
      const enforced = reached.find(({ spec }) => spec.mode === "enforce")?.spec;
      if (enforced !== undefined) return refuseDeeper(`Limit "${enforced.name}"`, enforced);
      const isSaid = holding.some(({ spec }) => spec.mode === "enforce");
      return isSaid || depth <= depthOtherwise ? undefined : refuseDeeper("Sluice's bound", otherwise);
    },
  };
}

const otherwise = { amount: depthOtherwise, status: 429 } as const;

function refuseDeeper(whose: string, { amount, status }: Pick<LimitSpec, "amount" | "status">) {
  const message = `${whose}: at most ${amount} agents call one another. Answer with what you have.`;
  return refuse("depth_exceeded", { message, status });
}
