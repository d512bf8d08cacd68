// Owns asking and answering with digits in places that a guard may overlook, for tests. Knows no detector but
// the tests' own.

import { expect } from "vitest";
import type { HeaderMap, JsonValue } from "../../../../core/contracts/dialect.ts";
import { type Stage, stages } from "../../../../core/contracts/guard.ts";
import type { GuardRule } from "../../../../core/filters/guards/rule.ts";
import { ruleOn, upstreamOf, walkGuarded } from "./walks.ts";
import { jsonWires } from "./wires/agents.ts";
import type { Wire } from "./wires/wire.ts";
import { wordGuard } from "./word-detector.ts";

/** As a word of a text, and as the digits of a number. */
export const number = 4111222233334444;
export const digits = String(number);
export const said = `call ${digits}`;
export const [agentWire] = jsonWires as readonly [Wire];

export const seeing = (on: readonly Stage[] = stages, more: Partial<GuardRule> = {}): GuardRule =>
  ruleOn(on, { guard: wordGuard(digits), ...more });
export const redacting = { action: { kind: "redact", with: "marker" } } as const;

export const fine = (wire: Wire) => wire.whole([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");

/** What goes out of a request with these members, and the stages where something was found. */
export async function ask(wire: Wire, members: JsonValue, more: Partial<GuardRule> = {}) {
  const plain = wire.asked.body({ system: "", user: "Hi.", query: "weather", result: "Rain." }, "whole");
  const request = { body: JSON.stringify({ ...(plain as object), ...(members as object) }) };
  const walk = { wire, how: "whole", request, upstream: upstreamOf(wire, "whole", fine(wire)) } as const;
  const blocked = await walkGuarded({ ...walk, rules: [seeing(stages, more)] });
  expect(blocked.bugs).toEqual([]);
  const { sent, decided, bugs } = await walkGuarded({
    ...walk,
    rules: [seeing(stages, { ...redacting, ...more })],
  });
  expect(bugs).toEqual([]);
  const found = decided.filter((one) => one.endsWith("=redact"));
  return { refused: blocked.headers["x-sluice-refusal"], sent: sent[0]?.body.toString() ?? "", found };
}

/** The same of an answer. */
export async function answer(wire: Wire, body: string, headers: HeaderMap) {
  const how = String(headers["content-type"]).includes("event-stream") ? "stream" : "whole";
  const walk = { wire, how, upstream: { headers, steps: [body] } } as const;
  const blocked = await walkGuarded({ ...walk, rules: [seeing()] });
  const { bytes, decided, bugs } = await walkGuarded({ ...walk, rules: [seeing(stages, redacting)] });
  expect([...blocked.bugs, ...bugs, bytes.includes(digits)]).toEqual([false]);
  const found = decided.filter((one) => one.endsWith("=redact"));
  return { refused: blocked.outcome.refusal?.code, bytes: bytes.toString(), found };
}

export const json: HeaderMap = { "content-type": "application/json" };
export const events: HeaderMap = { "content-type": "text/event-stream" };
export const lines: HeaderMap = { "content-type": "application/x-ndjson" };

/** A result, and arguments, with the digits in a name and in a number. */
export const data = { [said]: { deep: [number] } };
export const cut = '{"call [WORD_REDACTED]":{"deep":["[WORD_REDACTED]"]}}';
