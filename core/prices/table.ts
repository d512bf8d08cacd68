// Owns the price table that comes with Sluice: reading it, and which of its entries a provider's model is.
// Knows no policy file.

import { readFile } from "node:fs/promises";
import type { ProviderApi } from "../contracts/policy.ts";
import type { Price, PricePeriod, PriceTerms } from "../contracts/price.ts";
import { isMatch, type ModelMatch } from "./match.ts";
import { completeRates } from "./rates.ts";

/** Where a provider's calls go: its base URL says whose prices hold. */
export interface PricedProvider {
  readonly api: ProviderApi;
  readonly baseUrl: string;
}

export class PriceTable {
  /** The day the prices were read from their source, `2026-08-21`. */
  readonly date: string;
  readonly #providers: ReadonlyMap<string, TableProvider>;

  constructor({ date, providers }: TableDocument) {
    this.date = date;
    this.#providers = new Map(providers.map((provider) => [provider.id, provider]));
  }

  /** `model`: the vendor's own name. Undefined where nobody is known by this URL, or sells such a model. */
  find(provider: PricedProvider, model: string): Price | undefined {
    const seller = this.#sellerOf(provider);
    return seller && this.findEntry(seller.id, model);
  }

  /** The same by the seller's name in the table: `openai`, `azure`, `aws`, `google` … */
  findEntry(sellerId: string, model: string): Price | undefined {
    const seller = this.#providers.get(sellerId);
    const found = seller?.models.find(({ id, match = { equals: id } }) => isMatch(match, model));
    if (found !== undefined) return this.#priced(`${sellerId}/${found.id}`, found.prices);
    for (const other of seller?.fallback ?? []) {
      const price = this.findEntry(other, model);
      if (price !== undefined) return price;
    }
    return undefined;
  }

  #sellerOf({ api, baseUrl }: PricedProvider): TableProvider | undefined {
    const known = [...this.#providers.values()].find(({ url }) => new RegExp(`^(?:${url})`).test(baseUrl));
    return known ?? this.#providers.get(sellers[api] ?? "");
  }

  #priced(entry: string, prices: TablePrices): Price {
    const [first, ...later] = Array.isArray(prices) ? prices : [{ prices }];
    return {
      ...termsOf(first?.prices ?? {}),
      periods: later.map(periodOf),
      origin: { kind: "bundled", date: this.date, entry },
    };
  }
}

/** 190 KB: nobody keeps it, a policy load takes out of it what it needs. */
export async function readPriceTable(): Promise<PriceTable> {
  const text = await readFile(new URL("./table.json", import.meta.url), "utf8");
  return new PriceTable(JSON.parse(text));
}

/** Who sells where the URL is nobody's. An OpenAI-compatible server of one's own has no price list. */
const sellers: Readonly<Partial<Record<ProviderApi, string>>> = {
  "azure-openai": "azure",
  anthropic: "anthropic",
  gemini: "google",
  bedrock: "aws",
  cohere: "cohere",
};

/** As `npm run prices` writes it; amounts in dollars a million tokens, or a thousand pieces. */
export interface TableDocument {
  readonly date: string;
  readonly providers: readonly TableProvider[];
}

interface TableProvider {
  readonly id: string;
  /** A pattern of its base URLs. */
  readonly url: string;
  /** Whose prices hold for models it has no own price of. */
  readonly fallback: readonly string[];
  readonly models: readonly {
    readonly id: string;
    /** Left out: the id itself. */
    readonly match?: ModelMatch;
    readonly prices: TablePrices;
  }[];
}

type TablePrices = Amounts | readonly ConditionalAmounts[];

interface ConditionalAmounts {
  readonly prices: Amounts;
  readonly constraint?: {
    readonly start_date?: string;
    readonly start_time?: string;
    readonly end_time?: string;
  };
}

type Amount = number | { readonly base: number; readonly tiers: readonly AmountTier[] };
interface AmountTier {
  /** Input tokens of the call; more than these. */
  readonly start: number;
  readonly price: number;
}

type Amounts = Readonly<Partial<Record<`${string}_mtok` | `${string}_kcount`, Amount>>>;

function termsOf(amounts: Amounts): PriceTerms {
  const starts = Object.values(amounts).flatMap((amount = 0) =>
    typeof amount === "number" ? [] : amount.tiers.map(({ start }) => start),
  );
  return {
    ...ratesAbove(amounts, 0),
    tiers: [...new Set(starts)]
      .sort((a, b) => a - b)
      .map((inputTokensAbove) => ({ ...ratesAbove(amounts, inputTokensAbove), inputTokensAbove })),
    perCallNanoUsd: (nanoUsd(amounts.requests_kcount, 0) ?? 0) / 1_000,
    perWebSearchNanoUsd: (nanoUsd(amounts.web_searches_kcount, 0) ?? 0) / 1_000,
  };
}

function ratesAbove(amounts: Amounts, inputTokens: number): ReturnType<typeof completeRates> {
  const nano = (kind: string): number | undefined => nanoUsd(amounts[`${kind}_mtok`], inputTokens);
  return completeRates({
    input: nano("input") ?? 0,
    cachedInput: nano("cache_read"),
    cacheWrite: nano("cache_write"),
    cacheWrite1h: nano("cache_write_1h"),
    audioInput: nano("input_audio"),
    cachedAudioInput: nano("cache_audio_read"),
    imageInput: nano("input_image"),
    cachedImageInput: nano("cache_image_read"),
    videoInput: nano("input_video"),
    output: nano("output") ?? 0,
    reasoning: nano("output_reasoning"),
    audioOutput: nano("output_audio"),
    imageOutput: nano("output_image"),
    videoOutput: nano("output_video"),
  });
}

/** The source has no finer price than a nano-dollar a million; what looks finer is a float's rest. */
function nanoUsd(amount: Amount | undefined, inputTokensAbove: number): number | undefined {
  if (amount === undefined) return undefined;
  if (typeof amount === "number") return Math.round(amount * 1e9);
  const tier = amount.tiers.findLast(({ start }) => inputTokensAbove >= start);
  return Math.round((tier?.price ?? amount.base) * 1e9);
}

function periodOf({ prices, constraint = {} }: ConditionalAmounts): PricePeriod {
  const { start_date: date, start_time: start, end_time: end } = constraint;
  return {
    ...termsOf(prices),
    fromMs: date === undefined ? undefined : Date.parse(date),
    daily:
      start === undefined || end === undefined ? undefined : { startMs: timeMs(start), endMs: timeMs(end) },
  };
}

/** `00:30:00Z` → milliseconds of the day. */
function timeMs(time: string): number {
  return Date.parse(`1970-01-01T${time}`);
}
