// Owns the shape of a Provider: an LLM API. Knows nothing of which ones are enforced.

import { type ChatForm, chatForms } from "../../contracts/dialect.ts";
import type { ProviderApi, ProviderSpec } from "../../contracts/policy.ts";
import type { RateName } from "../../contracts/price.ts";
import type { ProviderCredentialDocument, Schema } from "./shared.ts";
import {
  count,
  duration,
  listOf,
  mapOf,
  modelName,
  money,
  object,
  oneOf,
  providerCredential,
  url,
} from "./shared.ts";

export type MoneyDocument = number | string;

export type RatesDocument = { readonly [Name in "input" | "output"]: MoneyDocument } & {
  readonly [Name in RateName]?: MoneyDocument;
};

export interface PriceDocument {
  readonly perMillion: RatesDocument;
  readonly tiers?: readonly { readonly inputTokensAbove: number; readonly perMillion: RatesDocument }[];
  readonly perCall?: MoneyDocument;
  readonly perWebSearch?: MoneyDocument;
}

export interface ProviderDocument {
  readonly spec: {
    readonly api: ProviderApi;
    readonly baseUrl: string;
    readonly credential?: ProviderCredentialDocument;
    readonly timeouts: Readonly<Record<"connect" | "firstByte" | "idle" | "total", string>>;
    readonly streamUsage?: ProviderSpec["streamUsage"];
    readonly speaks?: ChatForm;
    readonly unknownPrice?: PriceDocument;
    readonly unboundedInput?: ProviderSpec["unboundedInput"];
    readonly models?: Readonly<
      Record<
        string,
        {
          readonly price?: PriceDocument;
          readonly contextTokens?: number;
          readonly maxOutputTokens?: number;
          readonly speaks?: ChatForm;
        }
      >
    >;
  };
}

const rates: Readonly<Record<RateName, Schema>> = {
  input: money,
  output: money,
  cachedInput: money,
  cacheWrite: money,
  cacheWrite1h: money,
  audioInput: money,
  cachedAudioInput: money,
  audioOutput: money,
  imageInput: money,
  cachedImageInput: money,
  imageOutput: money,
  videoInput: money,
  cachedVideoInput: money,
  videoOutput: money,
  reasoning: money,
};
const perMillion = object({ properties: rates, required: ["input", "output"] });

const price = object({
  properties: {
    perMillion,
    tiers: listOf(
      object({
        properties: { inputTokensAbove: count, perMillion },
        required: ["inputTokensAbove", "perMillion"],
      }),
    ),
    perCall: money,
    perWebSearch: money,
  },
  required: ["perMillion"],
});

const speaks = oneOf([...chatForms]);

export const provider: Schema = object({
  properties: {
    api: oneOf(["openai", "azure-openai", "anthropic", "gemini", "bedrock", "ollama", "cohere"]),
    baseUrl: url,
    credential: providerCredential,
    timeouts: object({
      properties: { connect: duration, firstByte: duration, idle: duration, total: duration },
    }),
    streamUsage: oneOf(["ask", "leave"]),
    speaks,
    unknownPrice: price,
    unboundedInput: oneOf(["refuse", "context"]),
    models: mapOf(
      object({ properties: { price, contextTokens: count, maxOutputTokens: count, speaks } }),
      modelName,
    ),
  },
  required: ["api", "baseUrl"],
});
