// Owns the proof of what an agent's escalation may say in the policy, and what it comes to. Reads no file.

import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { Draft } from "../../../core/policy/draft.ts";
import { locate } from "../../../core/policy/located.ts";
import { toEscalationSpec } from "../../../core/policy/normalise/escalation.ts";
import {
  type EscalationDocument,
  escalation,
  escalationDefaults,
} from "../../../core/policy/schema/escalation.ts";

const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(escalation);
const webhook = { url: "https://desk.internal/handover?team=a" };

describe("an escalation", () => {
  it.each([
    { webhook },
    {
      webhook: { ...webhook, credential: { env: "DESK_KEY" }, timeout: "2s" },
      context: "last_message",
      signals: ["user_request", "guardrail", "low_confidence"],
      answer: ["user_request", "negative_sentiment"],
      message: "A person will call you.",
      phrases: ["talk|speak to|with lawyer", "人工"],
      confidence: "/confidence",
      confidenceBelow: 0.5,
      sentimentBelow: -0.8,
      failures: 2,
      highStakes: {
        tools: ["transfer_money"],
        phrases: ["delete account"],
        message: "Sure?",
        confirmWithin: "5m",
      },
    },
  ])("%j is one", (document) => expect(validate(document)).toBe(true));

  it.each<[string, object]>([
    ["no webhook", {}],
    ["a secret written out", { webhook: { ...webhook, credential: "sk-1" } }],
    ["another signal", { webhook, signals: ["boredom"] }],
    ["an answer to what the agent has done already", { webhook, answer: ["guardrail"] }],
    ["all of the context", { webhook, context: "all" }],
    ["no pointer", { webhook, confidence: "confidence" }],
    ["a mood beyond", { webhook, sentimentBelow: -2 }],
    ["what nobody knows", { webhook, when: "always" }],
  ])("with %s is none", (_what, document) => expect(validate(document)).toBe(false));
});

it("comes to a spec, with what is built in", () => {
  const document = {
    ...escalationDefaults.escalation,
    webhook: { ...escalationDefaults.webhook, ...webhook, credential: { file: "desk.key" } },
    signals: ["user_request", "high_stakes"],
    answer: ["user_request", "negative_sentiment"],
    highStakes: { ...escalationDefaults.highStakes, tools: ["transfer_money"] },
  } satisfies EscalationDocument;
  const root = locate({ spec: { escalation: document } }, { file: "/policies/agent.yaml", line: 1 });
  const draft = { kind: "Agent", name: "search", root } as unknown as Draft;
  expect(toEscalationSpec(draft, document)).toEqual({
    webhook: {
      origin: "https://desk.internal",
      path: "/handover?team=a",
      credential: { kind: "file", path: "/policies/desk.key" },
      timeoutMs: 5_000,
    },
    context: "none",
    signals: new Set(["user_request", "high_stakes"]),
    answered: new Set(["user_request"]),
    message: escalationDefaults.escalation.message,
    phrases: [],
    confidence: undefined,
    confidenceBelow: 0.4,
    sentimentBelow: -0.7,
    failures: 3,
    highStakes: {
      tools: new Set(["transfer_money"]),
      phrases: [],
      message: escalationDefaults.highStakes.message,
      confirmWithinMs: 900_000,
    },
  });
});
