// Owns a checked Provider's spec. Knows nothing of how requests are sent.

import type { Price, ProviderModel, ProviderSpec } from "../../contracts/policy.ts";
import type { Draft } from "../draft.ts";
import { toEndpoint } from "../endpoint.ts";
import type { MoneyDocument, PriceDocument, ProviderDocument } from "../schema/provider.ts";
import { parseDurationMs, parseNanoUsd } from "../units.ts";
import { documentOf, identityOf, mapValues, proven, toSecretSource } from "./checked.ts";

export function toProviderSpec(draft: Draft): ProviderSpec {
  const { spec } = documentOf<ProviderDocument>(draft);
  const { timeouts } = spec;
  return {
    ...identityOf(draft),
    api: spec.api,
    baseUrl: toEndpoint(spec.baseUrl),
    credential: toSecretSource(draft, ["spec", "credential"], spec.credential),
    timeouts: {
      connectMs: proven(parseDurationMs(timeouts.connect)),
      firstByteMs: proven(parseDurationMs(timeouts.firstByte)),
      idleMs: proven(parseDurationMs(timeouts.idle)),
      totalMs: proven(parseDurationMs(timeouts.total)),
    },
    models: mapValues(
      spec.models,
      (model, name): ProviderModel => ({
        name,
        price: model.price && toPrice(model.price),
        contextTokens: model.contextTokens,
        outputTokensMax: model.maxOutputTokens,
      }),
    ),
  };
}

function toPrice({ perMillion, perCall }: PriceDocument): Price {
  const nano = (money: MoneyDocument): number => proven(parseNanoUsd(money));
  return {
    inputNanoUsdPerMillion: nano(perMillion.input),
    cachedInputNanoUsdPerMillion: nano(perMillion.cachedInput ?? perMillion.input),
    cacheWriteNanoUsdPerMillion: nano(perMillion.cacheWrite ?? perMillion.input),
    outputNanoUsdPerMillion: nano(perMillion.output),
    perCallNanoUsd: nano(perCall ?? 0),
  };
}
