// Owns the proof of where a model's price comes from: the policy, the bundled table, `unknownPrice`, nowhere.
// Knows no usage.

import { expect, it } from "vitest";
import type { Policy } from "../../../core/contracts/policy.ts";
import type { Price } from "../../../core/contracts/price.ts";
import { explainPolicy } from "../../../core/policy/explain.ts";
import { loadPolicy } from "../../../core/policy/load.ts";
import { formatProblem } from "../../../core/policy/problem.ts";
import { makeDirectory } from "./directory.ts";
import { document } from "./samples.ts";

/** One provider, whose spec ends with these lines. */
async function directoryOf(lines: string, baseUrl = "https://api.openai.com"): Promise<string> {
  const spec = `api: openai\nbaseUrl: ${baseUrl}\n${lines}`;
  return makeDirectory({ "p.yaml": document("Provider", "openai", spec) });
}

async function load(lines: string, baseUrl?: string): Promise<Policy> {
  const result = await loadPolicy([await directoryOf(lines, baseUrl)]);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.policy;
}

function priceIn(policy: Policy, model: string): Price | undefined {
  return policy.providers.get("openai")?.models.get(model)?.price;
}

it("the policy's own price goes first, with its tiers in order", async () => {
  const policy = await load(`models:
  gpt-4o:
    price:
      perMillion: { input: 1, output: 4, cachedInput: 0.5, audioOutput: 8 }
      tiers:
        - { inputTokensAbove: 500000, perMillion: { input: 3, output: 12 } }
        - { inputTokensAbove: 200000, perMillion: { input: 2, output: 8 } }
      perCall: 0.001
      perWebSearch: 0.01`);
  expect(priceIn(policy, "gpt-4o")).toMatchObject({
    origin: { kind: "policy" },
    inputNanoUsdPerMillion: 1e9,
    cachedAudioInputNanoUsdPerMillion: 0.5e9,
    reasoningNanoUsdPerMillion: 4e9,
    audioOutputNanoUsdPerMillion: 8e9,
    tiers: [
      { inputTokensAbove: 200_000, inputNanoUsdPerMillion: 2e9, cachedInputNanoUsdPerMillion: 2e9 },
      { inputTokensAbove: 500_000, outputNanoUsdPerMillion: 12e9 },
    ],
    perCallNanoUsd: 1e6,
    perWebSearchNanoUsd: 1e7,
  });
});

it("what it leaves out comes from the bundled table, without a warning", async () => {
  const policy = await load("models: { gpt-4o: {} }");
  expect(priceIn(policy, "gpt-4o")?.origin).toMatchObject({ kind: "bundled", entry: "openai/gpt-4o" });
  expect(policy.warnings).toEqual([]);
});

it("what neither knows costs what the provider assumes, without a warning", async () => {
  const assumed = "unknownPrice: { perMillion: { input: 20, output: 80 } }\nmodels: { gpt-4o: {}, ours: {} }";
  const policy = await load(assumed);
  expect(priceIn(policy, "ours")).toMatchObject({
    origin: { kind: "assumed" },
    inputNanoUsdPerMillion: 20e9,
  });
  expect(priceIn(policy, "gpt-4o")?.origin.kind).toBe("bundled");
  expect(policy.warnings).toEqual([]);
});

it("what nobody knows has no price, and is warned of", async () => {
  const policy = await load("models: { gpt-4o: {} }", "http://127.0.0.1:8000");
  expect(priceIn(policy, "gpt-4o")).toBeUndefined();
  expect(policy.warnings.map(formatProblem)).toEqual([
    expect.stringContaining("spec.models.gpt-4o: has no price, so its cost is not known"),
  ]);
});

it.each([
  ["a rate", "perMillion: { input: 0.0000000001, output: 1 }", "perMillion.input"],
  [
    "a tier's",
    `perMillion: { input: 1, output: 1 },
     tiers: [{ inputTokensAbove: 1, perMillion: { input: 0.0000000001, output: 1 } }]`,
    "tiers[0].perMillion.input",
  ],
  ["a search", "perMillion: { input: 1, output: 1 }, perWebSearch: 0.0000000001", "perWebSearch"],
])("%s finer than a nano-dollar is refused, assumed or not", async (_what, price, path) => {
  const dir = await directoryOf(`unknownPrice: { ${price} }\nmodels: { gpt-4o: { price: { ${price} } } }`);
  const result = await loadPolicy([dir]);
  expect(result.ok ? [] : result.problems.map(({ path: at }) => at)).toEqual([
    `Provider/openai spec.unknownPrice.${path}`,
    `Provider/openai spec.models.gpt-4o.price.${path}`,
  ]);
});

it("explain shows a bundled price with its date and entry, and none beside the policy's own", async () => {
  const dir = await directoryOf(`models:
  o3: {}
  gpt-4o: { price: { perMillion: { input: 1, output: 4 } } }`);
  const explained = await explainPolicy([dir], "Provider/openai");
  const values = explained.ok ? explained.values : [];
  const bundled = values.filter(({ file }) => file.startsWith("bundled prices of 20"));
  const at = (path: string) => bundled.find((value) => value.path === `spec.models.o3.price.${path}`);
  expect(bundled.every(({ path, line }) => path.startsWith("spec.models.o3.price.") && line === 0)).toBe(
    true,
  );
  expect(at("perMillion.input")?.file).toMatch(/^bundled prices of \d{4}-\d{2}-\d{2}: openai\/o3$/);
  expect(at("perMillion.input")?.value).toBe(10);
  expect(at("periods[0].from")?.value).toBe("2025-06-10T00:00:00.000Z");
  expect(at("periods[0].perMillion.input")?.value).toBe(2);
});
