// Owns the search for a cheaper Model that the same agents may call. Knows prices; judges no answers.

import { noUsage, type Usage } from "../../core/contracts/frame.ts";
import type { LedgerFigures } from "../../core/contracts/ledger.ts";
import type { Policy } from "../../core/contracts/policy.ts";
import type { Price } from "../../core/contracts/price.ts";
import { costNanoUsd } from "../../core/prices/cost.ts";

export interface Saving {
  readonly model: string;
  /** What the same tokens would have cost there. */
  readonly costNanoUsd: bigint;
  readonly savedNanoUsd: bigint;
}

/** The cheapest Model on every list that has this one; undefined where none would have cost less. */
export function findSaving(
  policy: Policy,
  {
    model,
    figures,
    nowMs,
  }: { readonly model: string; readonly figures: LedgerFigures; readonly nowMs: number },
): Saving | undefined {
  const usage = usageOf(figures);
  if (usage === undefined) return undefined;
  const savings = alternatives(policy, model).flatMap((name) => {
    const prices = pricesOf(policy, name);
    if (prices === undefined || !prices.every(isOfAnswers)) return [];
    const costs = prices.map((price) => plainCost(price, { usage, calls: Number(figures.calls), nowMs }));
    const cost = BigInt(Math.max(...costs));
    return [{ model: name, costNanoUsd: cost, savedNanoUsd: figures.costNanoUsd - cost }];
  });
  const [best] = savings.sort((a, b) => Number(b.savedNanoUsd - a.savedNanoUsd));
  return best !== undefined && best.savedNanoUsd > 0n ? best : undefined;
}

/** No agent would have had to be given more than it has. */
function alternatives({ agents }: Policy, model: string): readonly string[] {
  const lists = [...agents.values()].map(({ models }) => models).filter((models) => models.includes(model));
  const [first = [], ...others] = lists;
  return first.filter((name) => name !== model && others.every((list) => list.includes(name)));
}

/** Of each target; undefined where one has none. */
function pricesOf({ models, providers }: Policy, name: string): readonly Price[] | undefined {
  const targets = models.get(name)?.targets ?? [];
  const prices = targets.map(({ provider, model }) => providers.get(provider)?.models.get(model)?.price);
  const known = prices.filter((price) => price !== undefined);
  return known.length === prices.length && known.length > 0 ? known : undefined;
}

/** What embeds sells no output, and is no other Model's substitute. */
function isOfAnswers({ inputNanoUsdPerMillion, outputNanoUsdPerMillion }: Price): boolean {
  return outputNanoUsdPerMillion > 0 || inputNanoUsdPerMillion === 0;
}

interface Use {
  readonly usage: Usage;
  readonly calls: number;
  readonly nowMs: number;
}

/** Tiers are of single calls, which sums do not tell. */
function plainCost(price: Price, { usage, calls, nowMs }: Use): number {
  const perCall = ({ perCallNanoUsd }: { readonly perCallNanoUsd: number }) => perCallNanoUsd * calls;
  const periods = price.periods.map((period) => ({ ...period, tiers: [], perCallNanoUsd: perCall(period) }));
  return costNanoUsd(usage, { ...price, tiers: [], periods, perCallNanoUsd: perCall(price) }, nowMs);
}

/** Undefined where a sum is past what prices are reckoned with. */
function usageOf({ inputTokens, cachedInputTokens, outputTokens }: LedgerFigures): Usage | undefined {
  const counts = [inputTokens, cachedInputTokens, outputTokens].map(Number);
  if (!counts.every(Number.isSafeInteger)) return undefined;
  const [input = 0, cached = 0, output = 0] = counts;
  return { ...noUsage, inputTokens: input, cachedInputTokens: cached, outputTokens: output };
}
