// Owns telling what a bundled price is, in the words of a policy file. Finds no price.

import type { Price, PriceTerms, RateName, Rates } from "../contracts/price.ts";
import { completeRates, type GivenRates } from "../prices/rates.ts";

export interface ExplainedPart {
  /** Below the price: `perMillion.input`. */
  readonly path: string;
  readonly value: unknown;
}

/** What is left out costs as the kind it belongs to, as in a policy file. */
export function explainPrice(price: Price): readonly ExplainedPart[] {
  const periods = price.periods.flatMap((period, index) => {
    const { fromMs, daily } = period;
    const when = {
      from: fromMs === undefined ? undefined : new Date(fromMs).toISOString(),
      daily: daily && `${timeOf(daily.startMs)}–${timeOf(daily.endMs)} UTC`,
    };
    return below(`periods[${index}]`, [...given(when), ...explainTerms(period)]);
  });
  return [...explainTerms(price), ...periods];
}

function explainTerms(terms: PriceTerms): readonly ExplainedPart[] {
  const tiers = terms.tiers.flatMap((tier, index) =>
    below(`tiers[${index}]`, [
      { path: "inputTokensAbove", value: tier.inputTokensAbove },
      ...explainRates(tier),
    ]),
  );
  const { perCallNanoUsd, perWebSearchNanoUsd } = terms;
  const pieces = { perCall: perCallNanoUsd / 1e9, perWebSearch: perWebSearchNanoUsd / 1e9 };
  return [...explainRates(terms), ...tiers, ...given(pieces).filter(({ value }) => value !== 0)];
}

const names: readonly RateName[] = [
  "cachedInput",
  "cacheWrite",
  "cacheWrite1h",
  "audioInput",
  "cachedAudioInput",
  "imageInput",
  "cachedImageInput",
  "videoInput",
  "cachedVideoInput",
  "reasoning",
  "audioOutput",
  "imageOutput",
  "videoOutput",
];

/** Only what does not follow from the others. */
function explainRates(rates: Rates): readonly ExplainedPart[] {
  let said: GivenRates = { input: rates.inputNanoUsdPerMillion, output: rates.outputNanoUsdPerMillion };
  for (const name of names) {
    const key = `${name}NanoUsdPerMillion` as const;
    if (completeRates(said)[key] !== rates[key]) said = { ...said, [name]: rates[key] };
  }
  const dollars = Object.entries(said).map(([path, nanoUsd = 0]) => ({ path, value: nanoUsd / 1e9 }));
  return below("perMillion", dollars);
}

function given(values: Readonly<Record<string, unknown>>): readonly ExplainedPart[] {
  return Object.entries(values).flatMap(([path, value]) => (value === undefined ? [] : [{ path, value }]));
}

function below(path: string, parts: readonly ExplainedPart[]): readonly ExplainedPart[] {
  return parts.map((part) => ({ ...part, path: `${path}.${part.path}` }));
}

/** `16:30` */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}
