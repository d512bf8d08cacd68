// Owns the shape of a Provider: an LLM API. Knows nothing of which ones are enforced.

import type { ProviderApi } from "../../contracts/policy.ts";
import type { Schema, SecretSourceDocument } from "./shared.ts";
import {
  count,
  duration,
  mapOf,
  modelName,
  money,
  object,
  oneOf,
  providerCredential,
  url,
} from "./shared.ts";

export type MoneyDocument = number | string;

export interface PriceDocument {
  readonly perMillion: {
    readonly input: MoneyDocument;
    readonly output: MoneyDocument;
    readonly cachedInput?: MoneyDocument;
    readonly cacheWrite?: MoneyDocument;
  };
  readonly perCall?: MoneyDocument;
}

export interface ProviderDocument {
  readonly spec: {
    readonly api: ProviderApi;
    readonly baseUrl: string;
    readonly credential?: SecretSourceDocument;
    readonly timeouts: Readonly<Record<"connect" | "firstByte" | "idle" | "total", string>>;
    readonly models?: Readonly<
      Record<
        string,
        { readonly price?: PriceDocument; readonly contextTokens?: number; readonly maxOutputTokens?: number }
      >
    >;
  };
}

const price = object({
  properties: {
    perMillion: object({
      properties: { input: money, output: money, cachedInput: money, cacheWrite: money },
      required: ["input", "output"],
    }),
    perCall: money,
  },
  required: ["perMillion"],
});

export const provider: Schema = object({
  properties: {
    api: oneOf(["openai", "azure-openai", "anthropic", "gemini", "bedrock", "ollama"]),
    baseUrl: url,
    credential: providerCredential,
    timeouts: object({
      properties: { connect: duration, firstByte: duration, idle: duration, total: duration },
    }),
    models: mapOf(object({ properties: { price, contextTokens: count, maxOutputTokens: count } }), modelName),
  },
  required: ["api", "baseUrl"],
});
