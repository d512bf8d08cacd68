// Owns a checked Provider's spec. Knows nothing of how requests are sent.

import type { ProviderModel, ProviderSpec } from "../../contracts/policy.ts";
import type { Price, PriceOrigin, RateName } from "../../contracts/price.ts";
import { completeRates, type GivenRates } from "../../prices/rates.ts";
import type { PriceTable } from "../../prices/table.ts";
import type { Draft } from "../draft.ts";
import { toEndpoint } from "../endpoint.ts";
import type { MoneyDocument, PriceDocument, ProviderDocument, RatesDocument } from "../schema/provider.ts";
import { parseDurationMs, parseNanoUsd } from "../units.ts";
import { documentOf, identityOf, mapValues, proven } from "./checked.ts";
import { toProviderCredential } from "./credential.ts";

/** `table`: the prices that hold where the policy gives none. */
export function toProviderSpec(draft: Draft, table: PriceTable | undefined): ProviderSpec {
  const { spec } = documentOf<ProviderDocument>(draft);
  const { api, timeouts } = spec;
  const unknownPrice = spec.unknownPrice && toPrice(spec.unknownPrice, { kind: "assumed" });
  const priceOf = (name: string, given: PriceDocument | undefined): Price | undefined =>
    given === undefined
      ? (table?.find({ api, baseUrl: spec.baseUrl }, name) ?? unknownPrice)
      : toPrice(given, { kind: "policy" });
  return {
    ...identityOf(draft),
    api,
    baseUrl: toEndpoint(spec.baseUrl),
    credential: toProviderCredential(draft, spec.credential),
    timeouts: {
      connectMs: proven(parseDurationMs(timeouts.connect)),
      firstByteMs: proven(parseDurationMs(timeouts.firstByte)),
      idleMs: proven(parseDurationMs(timeouts.idle)),
      totalMs: proven(parseDurationMs(timeouts.total)),
    },
    streamUsage: spec.streamUsage ?? "ask",
    unknownPrice,
    unboundedInput: spec.unboundedInput ?? "refuse",
    models: mapValues(
      spec.models,
      (model, name): ProviderModel => ({
        name,
        price: priceOf(name, model.price),
        contextTokens: model.contextTokens,
        outputTokensMax: model.maxOutputTokens,
        speaks: model.speaks ?? spec.speaks,
      }),
    ),
  };
}

function toPrice(
  { perMillion, tiers = [], perCall, perWebSearch }: PriceDocument,
  origin: PriceOrigin,
): Price {
  const byLength = tiers.toSorted((a, b) => a.inputTokensAbove - b.inputTokensAbove);
  return {
    ...completeRates(toRates(perMillion)),
    tiers: byLength.map(({ inputTokensAbove, perMillion: rates }) => ({
      ...completeRates(toRates(rates)),
      inputTokensAbove,
    })),
    perCallNanoUsd: toNanoUsd(perCall ?? 0),
    perWebSearchNanoUsd: toNanoUsd(perWebSearch ?? 0),
    periods: [],
    origin,
  };
}

function toRates({ input, output, ...others }: RatesDocument): GivenRates {
  const given = Object.entries(others) as [RateName, MoneyDocument][];
  const rates = Object.fromEntries(given.map(([name, money]) => [name, toNanoUsd(money)]));
  return { ...rates, input: toNanoUsd(input), output: toNanoUsd(output) };
}

function toNanoUsd(money: MoneyDocument): number {
  return proven(parseNanoUsd(money));
}
