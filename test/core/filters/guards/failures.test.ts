// Owns the proof that an upstream's words for its own failure pass the guards, in each format and as it likes
// to write them. Knows no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { GuardAction } from "../../../../core/contracts/guard-spec.ts";
import { refuse } from "../../../../core/contracts/refusal.ts";
import { languageDetector } from "../../../../core/guards/language.ts";
import { lengthDetector } from "../../../../core/guards/length.ts";
import { structuredDetector } from "../../../../core/guards/structured.ts";
import { writeMessage } from "../../../../core/text/eventstream-message.ts";
import type { UpstreamScript } from "../../../rig.ts";
import { wires } from "./cells.ts";
import { code, type Guarded, ruleOn, stageOf, upstreamOf, walkGuarded, word } from "./walks.ts";
import { jsonWires } from "./wires/agents.ts";
import { anthropicWire, converseWire } from "./wires/anthropic.ts";
import { chatWire } from "./wires/chat.ts";
import { geminiWire, ollamaWire } from "./wires/gemini.ts";
import { responsesWire } from "./wires/responses.ts";
import type { Wire } from "./wires/wire.ts";

const marker = "[WORD_REDACTED]";
const redact: GuardAction = { kind: "redact", with: "marker" };
const nested = `{ "error" : {"message":"No such key: ${word}","details":[{"x":"${word} it was"}]}, "n":1.0 }`;
const html = `<html><body>Bad gateway at ${word}</body></html>`;

function fail(wire: Wire, upstream: UpstreamScript, action: GuardAction = redact): Promise<Guarded> {
  const rules = [ruleOn([stageOf(wire, "text")], { action })];
  return walkGuarded({ wire, how: "stream", rules, upstream });
}

describe.each(wires.map((wire) => [wire.name, wire] as const))("%s", (_name, wire) => {
  const json = { "content-type": "application/json" };

  it.each([400, 429, 503])("%d: every string of it", async (status) => {
    const result = await fail(wire, { status, headers: json, steps: [nested] });
    expect([result.status, result.bytes.toString()]).toEqual([status, nested.replaceAll(word, marker)]);
    expect(result.told.every(({ source }) => source.kind === "error" || source.kind === "text")).toBe(true);
  });

  it("in words without JSON, whatever it says they are", async () => {
    for (const type of ["text/html", "application/json"]) {
      const result = await fail(wire, { status: 502, headers: { "content-type": type }, steps: [html] });
      expect(result.bytes.toString()).toBe(html.replace(word, marker));
    }
  });

  it("is replaced where it must not pass", async () => {
    const action: GuardAction = { kind: "block", message: undefined };
    const result = await fail(wire, { status: 401, headers: json, steps: [nested] }, action);
    expect([result.status, result.headers["x-sluice-refusal"]]).toEqual([400, code]);
    expect(result.bytes.toString()).not.toContain(word);
  });

  it("passes as it came where nothing is found in it", async () => {
    const body = nested.replaceAll(word, "none");
    const result = await fail(wire, { status: 500, headers: json, steps: [body] });
    expect(result.bytes.toString()).toBe(body);
  });

  it("that nobody can read does not pass unseen", async () => {
    const result = await fail(wire, { status: 500, headers: json, steps: [Buffer.of(0xff, 0xfe, 0x00)] });
    expect(result.headers["x-sluice-refusal"]).toBe("answer_uninspectable");
  });
});

describe("in the middle of a stream", () => {
  const said = [{ kind: "text", choice: 0, pieces: ["Well, "] }] as const;
  const sse = (body: string, name = "error") => `event: ${name}\ndata: ${body}\n\n`;
  const exception = (message: string) =>
    writeMessage({ type: "exception", name: "throttlingException" }, JSON.stringify({ message }));
  const failing: readonly (readonly [Wire, Buffer])[] = [
    [chatWire, Buffer.from(`data: {"error":{"message":"at ${word}","code":500}}\n\n`)],
    [responsesWire, Buffer.from(sse(`{"type":"error","message":"at ${word}","code":"x","param":null}`))],
    [anthropicWire, Buffer.from(sse(`{"type":"error","error":{"type":"api_error","message":"at ${word}"}}`))],
    [geminiWire, Buffer.from(`data: {"error":{"code":500,"message":"at ${word}"}}\r\n\r\n`)],
    [ollamaWire, Buffer.from(`{"error":"at ${word}"}\n`)],
    [converseWire, exception(`at ${word}`)],
  ];

  it.each(failing.map(([wire, error]) => [wire.name, wire, error] as const))(
    "%s",
    async (_name, wire, error) => {
      const whole = wire.stream(said, "plain");
      const begun = whole.subarray(0, Math.floor(whole.length / 2));
      const cut = wire === converseWire ? whole.subarray(0, whole.readUInt32BE(0)) : lastEvent(begun);
      const { headers = {} } = upstreamOf(wire, "stream", whole) ?? {};
      const result = await fail(wire, { headers, steps: [cut, error] });
      expect(result.bugs).toEqual([]);
      expect(result.bytes.toString()).not.toContain(word);
      expect(result.bytes.toString()).toContain(`at ${marker}`);
      expect(result.bytes.subarray(0, cut.length).equals(cut)).toBe(true);
    },
  );

  function lastEvent(bytes: Buffer): Buffer {
    const end = Math.max(bytes.lastIndexOf("\n\n") + 2, bytes.lastIndexOf("\r\n\r\n") + 4);
    return bytes.subarray(0, end > 3 ? end : bytes.indexOf("\n") + 1);
  }
});

describe("a guard that reads wholes", () => {
  const broken = `oops ${word}`;
  const json = { "content-type": "application/json" };

  it.each([...jsonWires, chatWire].map((wire) => [wire.name, wire] as const))("%s", async (_name, wire) => {
    const rules = [ruleOn([stageOf(wire, "text")], { isWhole: true })];
    const upstream = { status: 400, headers: json, steps: [broken] };
    const result = await walkGuarded({ wire, how: "whole", rules, upstream });
    expect([result.status, result.headers["x-sluice-refusal"]]).toEqual([400, code]);
    expect(result.bytes.toString()).not.toContain(word);
  });

  it("asks for no language of a failure, and for no form", async () => {
    const told = { directory: "/", environment: {} };
    const german = languageDetector.create({ allow: ["de"] }, told);
    const object = structuredDetector.create({ schema: { type: "object" } }, told);
    const body = JSON.stringify({ error: { message: "You have sent too many requests within a minute." } });
    for (const guard of [german, object]) {
      const rules = [ruleOn(["llm.answer"], { guard, isWhole: true })];
      const upstream = { status: 429, headers: json, steps: [body] };
      const result = await walkGuarded({ wire: chatWire, how: "whole", rules, upstream });
      expect([result.status, result.bytes.toString()]).toEqual([429, body]);
    }
  });
});

it("why Google answers nothing is read as well", async () => {
  const promptFeedback = { blockReason: "SAFETY", blockReasonMessage: `Not ${word}.` };
  for (const how of ["whole", "stream"] as const) {
    const body = JSON.stringify({ promptFeedback, usageMetadata: { promptTokenCount: 3 } });
    const said = Buffer.from(how === "whole" ? body : `data: ${body}\r\n\r\n`);
    const upstream = upstreamOf(geminiWire, how, said);
    const rules = [ruleOn(["llm.answer"], { action: redact })];
    const result = await walkGuarded({ wire: geminiWire, how, rules, upstream });
    expect(result.bytes.toString()).toBe(said.toString().replace(word, marker));
  }
});

it("a failure is never too short or too long for an answer", async () => {
  const guard = lengthDetector.create({ charsMin: 20, charsMax: 30 }, { directory: "/", environment: {} });
  const rules = [ruleOn(["llm.answer"], { guard })];
  const upstream = { status: 429, headers: { "content-type": "application/json" }, steps: [nested] };
  const result = await walkGuarded({ wire: chatWire, how: "whole", rules, upstream });
  expect([result.status, result.bytes.toString()]).toEqual([429, nested]);
});

describe("a refusal of Sluice's own", () => {
  it("is looked at by nobody: it says nothing of anyone", async () => {
    const rules = [ruleOn(["llm.answer"])];
    const targets = refuse("model_denied", { message: `Not ${word}.` });
    const result = await walkGuarded({ wire: chatWire, how: "whole", rules, targets });
    expect([result.status, result.headers["x-sluice-refusal"]]).toEqual([403, "model_denied"]);
    expect(result.bytes.toString()).toContain(word);
  });
});
