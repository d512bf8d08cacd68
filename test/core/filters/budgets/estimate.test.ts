// Owns the proof that what is reserved for an input holds it, by what providers said of recorded ones.

import { afterAll, describe, expect, it } from "vitest";
import type { Call, Dialect, JsonValue } from "../../../../core/contracts/dialect.ts";
import type { Usage } from "../../../../core/contracts/frame.ts";
import { anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";
import { bedrockConverse } from "../../../../core/dialects/bedrock-converse.ts";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { openAiResponses } from "../../../../core/dialects/openai-responses.ts";
import {
  boundInput as boundInputOf,
  countInput,
  leastInput,
  type ModelFacts,
  namesUnbounded,
  outputMax,
  priceOfCall,
  stopsWithin,
  unitsFor,
} from "../../../../core/filters/budgets/estimate.ts";
import { TokenCounter } from "../../../../core/tokenizer/counter.ts";
import { readRows, sharedPath } from "../../../shared-data.ts";
import { answerHead, deltasOf, read } from "../../dialects/answers.ts";
import { samplePrice } from "../../prices/sample-price.ts";
import { chatCall } from "../sample-exchange.ts";
import { noFacts, taskExchange } from "./sample-budgets.ts";

const counter = new TokenCounter({ waitMs: 30_000 });
afterAll(() => counter.close());

const media = (type: "image" | "file" | "video" | "audio") =>
  ({ pointer: "/m", type, source: "base64" }) as const;

function boundInput(call: Call | undefined, facts: ModelFacts, saysUsage = {}): number | undefined {
  const { route } = taskExchange();
  return boundInputOf({ call, route: { ...route, ...saysUsage } }, facts);
}

describe("the bound of an input", () => {
  const call = chatCall("x".repeat(1_000));

  it("is its bytes, and what a picture costs at most", () => {
    expect(boundInput(call, noFacts)).toBe(1_256);
    expect(boundInput({ ...call, media: [media("image"), media("audio")] }, noFacts)).toBe(101_256);
  });

  it("is never more than the model takes", () => {
    expect(boundInput(call, { ...noFacts, contextTokens: 700 })).toBe(700);
  });

  it.each([
    ["references", { references: ["/previous_response_id"] }],
    ["tools the provider runs", { hostedTools: ["web_search"] }],
  ])("%s have none, unless the policy takes the whole context", (_, what) => {
    const outside = { ...call, ...what };
    expect(boundInput(outside, noFacts)).toBeUndefined();
    expect(boundInput(outside, { ...noFacts, contextTokens: 700 })).toBeUndefined();
    const context = { ...noFacts, unboundedInput: "context" } as const;
    expect(boundInput(outside, { ...context, contextTokens: 700 })).toBe(700);
    expect(boundInput(outside, context)).toBeUndefined();
  });

  it("pages and scenes are bounded by the model's context alone", () => {
    for (const type of ["file", "video"] as const) {
      const opaque = { ...call, media: [media(type)] };
      expect(boundInput(opaque, noFacts)).toBeUndefined();
      expect(boundInput(opaque, { ...noFacts, contextTokens: 700 })).toBe(700);
    }
  });

  it("what passes unread has none to count", () => {
    expect(boundInput(undefined, noFacts)).toBe(0);
    expect(boundInput({ ...call, operation: "metered" }, noFacts)).toBe(0);
  });

  it("nobody knows what is read of a body that passes unread, where a model works on it", () => {
    const metered = { ...call, operation: "metered" } as const;
    const facts = { ...noFacts, unboundedInput: "context", contextTokens: 700 } as const;
    expect(boundInput(metered, facts, { saysUsage: true })).toBeUndefined();
    expect(namesUnbounded(metered)).toBe("a body that passes unread");
  });

  it("names what nobody can know the size of", () => {
    expect(namesUnbounded({ ...call, references: ["/previous_response_id"], hostedTools: ["x"] })).toBe(
      "/previous_response_id",
    );
    expect(namesUnbounded({ ...call, hostedTools: ["x"] })).toBe("a tool the provider runs");
    expect(namesUnbounded({ ...call, media: [media("image"), media("file")] })).toBe("/m");
  });
});

describe("the most output", () => {
  const asking = (outputTokensMax: number | undefined) => ({ ...chatCall(""), outputTokensMax });
  it.each([
    ["what is asked", 100, undefined, 100],
    ["what is asked over several choices, whatever one of them may be", 100_000, 4_096, 100_000],
    ["the model's own, where nothing is asked", undefined, 4_096, 4_096],
    ["a guess, where nobody says", undefined, undefined, 16_384],
    ["nought says nothing", 0, undefined, 16_384],
    ["nor does less than nought", -5, 4_096, 4_096],
    ["a part of a token is one", 10.5, undefined, 11],
    ["huge is held to what any model makes", Number.MAX_VALUE, undefined, 1_000_000],
  ])("%s", (_, asked, outputTokensMax, most) => {
    expect(outputMax(asking(asked), { ...noFacts, outputTokensMax })).toBe(most);
  });

  it("is none where no model writes", () => {
    expect(outputMax({ ...asking(100), operation: "embeddings" }, noFacts)).toBe(0);
    expect(outputMax(undefined, noFacts)).toBe(0);
  });

  it("stops by itself only where the call says no more than was granted", () => {
    expect(stopsWithin(100, asking(100))).toBe(true);
    expect(stopsWithin(99, asking(100))).toBe(false);
    expect(stopsWithin(1_000_000, asking(undefined))).toBe(false);
    expect(stopsWithin(1_000_000, asking(-1))).toBe(false);
  });

  it("is reserved from min(1024, a quarter of the total) on", () => {
    expect(unitsFor(10_000, [50_000])).toEqual({ min: 1_024, max: 10_000 });
    expect(unitsFor(10_000, [50_000, 50])).toEqual({ min: 50, max: 10_000 });
    expect(unitsFor(10, [50_000])).toEqual({ min: 10, max: 10 });
    expect(unitsFor(10_000, [0])).toEqual({ min: 1, max: 10_000 });
    expect(unitsFor(10_000, [])).toEqual({ min: 0, max: 0 });
    expect(unitsFor(0, [50])).toEqual({ min: 0, max: 0 });
  });
});

it("what passes unread has a price where it is one of calls", () => {
  const byToken = samplePrice({ input: 1, output: 1 });
  const byCall = samplePrice({ input: 0, output: 0 }, { perCallNanoUsd: 5 });
  const free = samplePrice({ input: 0, output: 0 });
  const metered = { ...chatCall(""), operation: "metered" } as const;
  for (const call of [undefined, metered]) {
    expect(priceOfCall(call, byToken)).toBeUndefined();
    expect(priceOfCall(call, byCall)).toBe(byCall);
    expect(priceOfCall(call, free)).toBe(free);
  }
  expect(priceOfCall(chatCall(""), byToken)).toBe(byToken);
});

interface Recorded {
  readonly id: string;
  readonly request: { readonly url: string; readonly json?: JsonValue };
  readonly response: { readonly status: number; readonly body?: string; readonly bodyBase64?: string };
}

interface Read {
  readonly id: string;
  readonly call: Call;
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
}

/** Their own tools or passes work on more than they were sent; one tells another's usage. */
const beyond: ReadonlySet<string> = new Set(["247efdb3f87a3dbe", "cc915a53fb6fa9ca", "dd07c03b31ff11ed"]);

function readRecorded(path: string, dialect: Dialect): readonly Read[] {
  return readRows<Recorded>(path).flatMap(({ id, request, response }) => {
    const [, at = "/"] = /^(?:https?:\/\/[^/]*|<[^>]*>)?([^?]*)/.exec(request.url) ?? [];
    const body = Buffer.from(JSON.stringify(request.json ?? null));
    const call = dialect.readCall(body, { method: "POST", path: at, query: "", headers: {} });
    if (call.kind === "refusal" || beyond.has(id)) return [];
    const { body: said = "", bodyBase64 } = response;
    const bytes = bodyBase64 === undefined ? Buffer.from(said) : Buffer.from(bodyBase64, "base64");
    const type = /^(data:|event:|:)/.test(said) ? "text/event-stream" : "application/json";
    const frames = response.status === 200 ? read(dialect, answerHead(type, 200), [bytes]) : [];
    const deltas = "kind" in frames ? [] : deltasOf(frames);
    const usage = deltas.findLast((delta) => delta.kind === "usage")?.usage;
    const model = deltas.find((delta) => delta.kind === "start")?.model ?? call.model;
    return [{ id, call, model, usage }];
  });
}

describe.each([
  ["openai-chat", openAiChat],
  ["anthropic-messages", anthropicMessages],
  ["gemini", gemini],
  ["openai-responses", openAiResponses],
  ["bedrock-converse", bedrockConverse],
] as const)("recorded %s", (name, dialect) => {
  const path = sharedPath(`recorded/${name}.jsonl.gz`);
  const rows = path === undefined ? [] : readRecorded(path, dialect);

  it.skipIf(path === undefined)("no input said is above its bound", () => {
    for (const { id, call, usage } of rows) {
      const bound = boundInput(call, noFacts);
      if (bound !== undefined && usage !== undefined) {
        expect(usage.inputTokens, id).toBeLessThanOrEqual(bound);
      }
    }
  });

  it.skipIf(path === undefined)("no input counted is above its bound", { timeout: 60_000 }, async () => {
    for (const { id, call, model } of rows.slice(0, 150)) {
      const bound = boundInput(call, noFacts);
      const counted = await countInput(call, model, counter);
      if (bound === undefined || counted === undefined) continue;
      expect(leastInput(call), id).toBeLessThanOrEqual(bound);
      expect(counted, id).toBeLessThanOrEqual(bound * 1.6 + 50);
    }
  });

  it.skipIf(path === undefined)(
    "the least of an input is below what is said, but for texts nobody reads",
    () => {
      const said = rows.filter(({ usage }) => usage !== undefined);
      const above = said.filter(({ call, usage }) => leastInput(call) > (usage?.inputTokens ?? 0));
      expect(above.length / Math.max(said.length, 1)).toBeLessThan(0.01);
    },
  );
});
