// Owns the proof that the bundled table finds the right entry for a provider's model. Knows no usage.

import { describe, expect, it } from "vitest";
import type { ProviderApi } from "../../../core/contracts/policy.ts";
import { PriceTable, readPriceTable } from "../../../core/prices/table.ts";

const table = await readPriceTable();

const found: readonly (readonly [api: ProviderApi, baseUrl: string, model: string, entry: string])[] = [
  ["openai", "https://api.openai.com/v1", "gpt-4o-2024-08-06", "openai/gpt-4o"],
  ["openai", "https://api.openai.com", "GPT-4o-mini", "openai/gpt-4o-mini"],
  [
    "openai",
    "https://openrouter.ai/api",
    "anthropic/claude-sonnet-4",
    "openrouter/anthropic/claude-sonnet-4",
  ],
  ["openai", "https://api.groq.com/openai", "llama-3.3-70b-versatile", "groq/llama-3.3-70b-versatile"],
  ["anthropic", "https://api.anthropic.com", "claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5"],
  ["anthropic", "https://llm.corp.example", "claude-3-opus-20240229", "anthropic/claude-3-opus-latest"],
  ["azure-openai", "https://acme.openai.azure.com", "gpt-4o", "openai/gpt-4o"],
  ["gemini", "https://generativelanguage.googleapis.com", "gemini-2.5-pro", "google/gemini-2.5-pro"],
  [
    "bedrock",
    "https://bedrock-runtime.eu-central-1.amazonaws.com",
    "amazon.nova-pro-v1:0",
    "aws/amazon.nova-pro-v1:0",
  ],
];
it.each(found)("%s at %s: %s is %s", (api, baseUrl, model, entry) => {
  expect(table.find({ api, baseUrl }, model)?.origin).toEqual({ kind: "bundled", date: table.date, entry });
});

const unknown: readonly (readonly [why: string, api: ProviderApi, baseUrl: string, model: string])[] = [
  ["a model nobody sells", "openai", "https://api.openai.com", "acme-1"],
  ["a server of one's own", "openai", "http://127.0.0.1:8000", "gpt-4o"],
  [
    "a host that only holds a vendor's name",
    "openai",
    "https://evil.example/https://api.openai.com",
    "gpt-4o",
  ],
  ["a local model", "ollama", "http://127.0.0.1:11434", "llama3.2"],
];
it.each(unknown)("%s has no price", (_why, api, baseUrl, model) => {
  expect(table.find({ api, baseUrl }, model)).toBeUndefined();
});

describe("an entry", () => {
  const priced = new PriceTable({
    date: "2026-01-02",
    providers: [
      {
        id: "acme",
        url: "https://acme[.]example",
        fallback: [],
        models: [
          {
            id: "one",
            prices: [
              { prices: { input_mtok: { base: 1.25, tiers: [{ start: 200_000, price: 2.5 }] } } },
              {
                constraint: { start_date: "2026-03-01" },
                prices: { input_mtok: 0.18000000000000002, requests_kcount: 12 },
              },
              { constraint: { start_time: "00:30:00Z", end_time: "16:30:00Z" }, prices: { output_mtok: 1 } },
            ],
          },
        ],
      },
    ],
  }).find({ api: "openai", baseUrl: "https://acme.example/v1" }, "one");

  it("keeps its tiers", () => {
    expect(priced?.inputNanoUsdPerMillion).toBe(1_250_000_000);
    expect(priced?.tiers).toMatchObject([
      { inputTokensAbove: 200_000, inputNanoUsdPerMillion: 2_500_000_000 },
    ]);
  });

  it("keeps its days and its times of day", () => {
    expect(priced?.periods).toMatchObject([
      {
        fromMs: Date.parse("2026-03-01T00:00:00Z"),
        daily: undefined,
        inputNanoUsdPerMillion: 180_000_000,
        perCallNanoUsd: 12_000_000,
      },
      {
        fromMs: undefined,
        daily: { startMs: 1_800_000, endMs: 59_400_000 },
        outputNanoUsdPerMillion: 1_000_000_000,
      },
    ]);
  });
});
