// Owns the proof of which settings a remote guard takes, and that the wrong ones are all told. Asks nobody.

import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../core/contracts/json.ts";
import { joinPath, readRemote } from "../../../../core/guards/remote/config.ts";
import { services } from "../../../../core/guards/remote/services.ts";
import { remoteDetector } from "../../../../core/guards/remote.ts";

const strict = { strict: true, allErrors: true, verbose: true, allowUnionTypes: true, useDefaults: true };
const validate = new Ajv2020(strict).compile(remoteDetector.config);
const problems = (config: JsonObject) =>
  remoteDetector.check?.(config).map(({ path, problem }) => [...path, problem].join(" ")) ?? [];

const url = "http://guard.internal:8000";

describe("a config", () => {
  it.each([
    [{ adapter: "nemo-guardrails", url, configId: "safety", model: "gpt-4o" }],
    [{ adapter: "guardrails-ai", url, guard: "pii" }],
    [{ adapter: "lakera", url: "https://api.lakera.ai", project: "project-1", credential: { env: "KEY" } }],
    [{ adapter: "llm-guard", url, operation: "scan", suppress: ["Toxicity"] }],
    [{ adapter: "presidio", url, language: "de", entities: ["PERSON"], threshold: 0.5 }],
    [{ adapter: "openai-moderation", url: "https://api.openai.com/v1", credential: { file: "key" } }],
    [{ adapter: "azure-content-safety", url, looksFor: "attacks", categories: ["Hate"] }],
    [{ adapter: "webhook", url: `${url}/hook?team=a`, offsets: "codepoints" }],
  ])("%j is one", (config) => {
    const filled = structuredClone(config) as JsonObject;
    expect(validate(filled)).toBe(true);
    expect(problems(filled)).toEqual([]);
    expect(filled).toMatchObject({
      timeout: "2s",
      cache: { entries: 10_000, ttl: "5m" },
      breaker: { failures: 5, open: "30s", openMax: "5m" },
    });
    expect(readRemote(filled)).toEqual(readRemote(config as JsonObject));
  });

  it("has one shape for settings that two services name the same", () => {
    const shapes = new Map<string, unknown>();
    for (const [name, { default: _, ...shape }] of [...services.values()].flatMap(({ settings }) =>
      Object.entries(settings),
    )) {
      expect(shapes.get(name) ?? shape, name).toEqual(shape);
      shapes.set(name, shape);
    }
  });

  it("is tried for each service that there is", () => {
    expect(services.size).toBe(8);
  });

  it.each<[string, JsonObject]>([
    ["no adapter", { url }],
    ["another adapter", { adapter: "other", url }],
    ["no URL", { adapter: "webhook" }],
    ["a secret itself", { adapter: "webhook", url, credential: "sk-1" }],
    ["two sources of one", { adapter: "webhook", url, credential: { env: "A", file: "b" } }],
    ["a time without its unit", { adapter: "webhook", url, timeout: "2" }],
    ["a threshold above 1", { adapter: "webhook", url, threshold: 1.5 }],
    ["nobody at once", { adapter: "webhook", url, concurrencyMax: 0 }],
    ["what nobody knows", { adapter: "webhook", url, retries: 3 }],
    ["an operation of nobody", { adapter: "llm-guard", url, operation: "shout" }],
  ])("with %s is none", (_what, config) => {
    expect(validate(structuredClone(config))).toBe(false);
  });
});

describe("beyond its schema", () => {
  it.each([
    ["not a url", "url is not a URL"],
    ["ftp://guard", "url is neither http nor https"],
    ["http://user:hunter2@guard/", "url holds credentials"],
    ["http://169.254.169.254/latest", "url is a cloud metadata address, which nothing may reach"],
    ["http://metadata.google.internal/", "url is a cloud metadata address, which nothing may reach"],
    ["http://guard/#part", "url holds a fragment"],
    ["http://guard/?team=a", "url holds a query"],
  ])("%s is wrong, and is not repeated", (wrong, said) => {
    expect(problems({ adapter: "presidio", url: wrong })).toEqual([said]);
  });

  it("settings of another service, and those that are missing, are all told at once", () => {
    expect(problems({ adapter: "guardrails-ai", url, language: "de", project: "p" })).toEqual([
      "language is no setting of guardrails-ai",
      "project is no setting of guardrails-ai",
      "guardrails-ai needs `guard`",
    ]);
  });
});

it.each([
  ["/", "/v1/moderations", "/v1/moderations"],
  ["/v1", "/v1/moderations", "/v1/moderations"],
  ["/proxy/v1/", "/v1/moderations", "/proxy/v1/moderations"],
  ["/v1/moderations", "/v1/moderations", "/v1/moderations"],
  ["/xv1", "/v1/moderations", "/xv1/v1/moderations"],
  ["/contentsafety/text:analyze", "/contentsafety/text:analyze?a=1", "/contentsafety/text:analyze?a=1"],
  ["/", "/contentsafety/text:analyze?a=1", "/contentsafety/text:analyze?a=1"],
  ["/hook/?team=a", "", "/hook/?team=a"],
  ["/", "", "/"],
])("%s with %s is %s", (base, path, joined) => expect(joinPath(base, path)).toBe(joined));
