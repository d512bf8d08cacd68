// Owns the proof that calls are heard however vendors say them, and that nothing half passes however a stream
// ends. Knows no socket.

import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../../core/contracts/dialect.ts";
import type { AttemptFilter } from "../../../../core/contracts/exchange.ts";
import { noUsage } from "../../../../core/contracts/frame.ts";
import { refuse } from "../../../../core/contracts/refusal.ts";
import type { InvalidCalls } from "../../../../core/contracts/tool-spec.ts";
import { anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { openAiResponses } from "../../../../core/dialects/openai-responses.ts";
import type { ToolRule } from "../../../../core/filters/tool-calls/rules.ts";
import { toolCallsFilter } from "../../../../core/filters/tool-calls.ts";
import { compileSchema } from "../../../../core/schemas/compile-adapter.ts";
import { strict } from "../../../../core/schemas/schema.ts";
import { rig } from "../../../rig.ts";
import { vendors } from "./vendors.ts";

const compiled = compileSchema(
  {
    type: "object",
    properties: { city: { type: "string" }, id: { type: "integer" } },
    additionalProperties: false,
  },
  strict,
);
const parameters = compiled.kind === "schema" ? compiled : undefined;
const rules = new Map<string, ToolRule>(
  ["weather", "words"].map((name) => [
    name,
    {
      name,
      version: "1.0.0",
      parameters: name === "words" ? undefined : parameters,
      argsCharsMax: 10_000,
      when: undefined,
    },
  ]),
);

interface Played {
  readonly dialect: Dialect;
  readonly events: readonly (object | string)[];
  readonly request?: object;
  readonly path?: string;
  readonly invalidCalls?: InvalidCalls;
  readonly inner?: AttemptFilter;
}

/** Server-sent events, each a step of its own. */
async function play({ dialect, events, request = {}, path = "/", invalidCalls = "block", inner }: Played) {
  const verdicts: string[] = [];
  const watch = {
    decided: (tool: string | undefined, verdict: string) => verdicts.push(`${tool} ${verdict}`),
  };
  const filter = toolCallsFilter({ agent: "a", rules, invalidCalls, watch });
  const steps = events.map((event) => {
    const name = typeof event === "object" && "type" in event ? `event: ${event.type}\n` : "";
    return `${name}data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`;
  });
  const body = JSON.stringify({ model: "m", messages: [], stream: true, ...request });
  const result = await rig({
    chain: [filter],
    attemptChain: inner === undefined ? [] : [inner],
    dialect,
    request: { path, body, headers: { "content-type": "application/json" } },
    upstream: { headers: { "content-type": "text/event-stream" }, steps },
  });
  expect(result.bugs).toEqual([]);
  return { ...result, text: result.bytes.toString(), verdicts, steps };
}

const chunk = (delta: object, finish: string | null = null) => ({
  id: "c",
  object: "chat.completion.chunk",
  model: "m",
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const called = (id: string | undefined, args: string, name?: string, index = 0) =>
  chunk({ tool_calls: [{ index, id, type: "function", function: { name, arguments: args } }] });

describe("chat completions", () => {
  const dialect = openAiChat;

  it("text before a call flows, and all from the call on waits", async () => {
    const events = [
      chunk({ content: "Let me " }),
      chunk({ content: "see" }),
      called("1", '{"city":', "weather"),
    ];
    const ran = await play({
      dialect,
      events: [...events, called(undefined, "5}"), chunk({}, "tool_calls"), "[DONE]"],
    });
    expect(ran.text).toContain("Let me ");
    expect(ran.text).not.toContain('"arguments"');
    expect(ran.text).toContain("tool_call_invalid");
    expect(ran.text).not.toContain("[DONE]");
    expect(ran.status).toBe(200);
  });

  it("calls that share a number are told apart by their ids", async () => {
    const events = [
      called("1", '{"city":"a"}', "weather"),
      called("2", '{"city":1}', "weather"),
      chunk({}, "tool_calls"),
    ];
    const ran = await play({ dialect, events: [...events, "[DONE]"] });
    expect(ran.verdicts).toEqual(["weather pass", "weather block"]);
    const good = await play({
      dialect,
      events: [called("1", "{}", "weather"), called("2", "{}", "weather"), ...events.slice(2), "[DONE]"],
    });
    expect([good.verdicts, good.text]).toEqual([["weather pass", "weather pass"], good.steps.join("")]);
  });

  it("one that is said again has to be the same, and is stripped there as well", async () => {
    const whole = (args: string) => ({
      ...chunk({}, "tool_calls"),
      choices: [
        {
          index: 0,
          delta: {},
          message: { tool_calls: [{ index: 0, id: "1", function: { name: "weather", arguments: args } }] },
          finish_reason: "tool_calls",
        },
      ],
    });
    const first = called("1", '{"city":"a","x":1}', "weather");
    const stripped = await play({
      dialect,
      events: [first, whole('{"city":"a","x":1}'), "[DONE]"],
      invalidCalls: "strip",
    });
    expect(stripped.verdicts).toEqual(["weather strip"]);
    expect(stripped.text).not.toContain('\\"x\\"');
    expect(stripped.text.split('{\\"city\\":\\"a\\"}')).toHaveLength(3);
    const other = await play({
      dialect,
      events: [first, whole('{"city":"b"}'), "[DONE]"],
      invalidCalls: "flag",
    });
    expect(other.text).toContain("said twice, and not the same");
  });

  it("a big number is not written anew, so nothing is left out beside one", async () => {
    const events = [
      called("1", '{"id":12345678901234567890,"x":1}', "weather"),
      chunk({}, "tool_calls"),
      "[DONE]",
    ];
    expect((await play({ dialect, events, invalidCalls: "strip" })).verdicts).toEqual(["weather block"]);
    const fits = [called("1", '{"id":12345678901234567890}', "weather"), ...events.slice(1)];
    expect((await play({ dialect, events: fits })).text).toContain("12345678901234567890");
  });

  it("an upstream that fails amid a call passes its error, and not the half", async () => {
    const events = [called("1", '{"city":"Par', "weather"), { error: { message: "overloaded", code: 529 } }];
    const ran = await play({ dialect, events });
    expect(ran.text).toBe(ran.steps[1]);
    const truncated = await play({ dialect, events: events.slice(0, 1) });
    expect(truncated.text).not.toContain("Par");
  });

  it("a budget that ends amid a call ends the answer without the half", async () => {
    let frames = 0;
    const ending = {
      kind: "ending",
      reason: "length",
      usage: noUsage,
      otherwise: refuse("budget_exceeded"),
    } as const;
    const inner: AttemptFilter = {
      name: "inner",
      open: () => ({ kind: "visit", frame: (frame) => (++frames === 3 ? ending : frame) }),
    };
    const events = [
      chunk({ content: "Hi" }),
      called("1", '{"city":"Par', "weather"),
      called(undefined, 'is"}'),
    ];
    const ran = await play({ dialect, events, inner });
    expect(ran.outcome.ended).toBe("ended");
    expect(ran.text).toContain("Hi");
    expect(ran.text).not.toContain("Par");
    expect(ran.text).toContain('"finish_reason":"length"');
  });

  it("a tool that takes words takes any, by its name", async () => {
    const request = { tools: [{ type: "custom", custom: { name: "words" } }] };
    const call = (name: string) =>
      chunk({ tool_calls: [{ index: 0, id: "1", type: "custom", custom: { name, input: "not JSON {" } }] });
    const events = [call("words"), chunk({}, "tool_calls"), "[DONE]"];
    expect((await play({ dialect, events, request })).verdicts).toEqual(["words pass"]);
    expect((await play({ dialect, events: [call("other"), ...events.slice(1)], request })).text).toContain(
      "tool_denied",
    );
  });

  it("arguments that can be read in two ways are nobody's to make", async () => {
    const events = [called("1", '{"city":"a","city":"b"}', "weather"), chunk({}, "tool_calls"), "[DONE]"];
    expect((await play({ dialect, events, invalidCalls: "flag" })).text).toContain("more than one way");
    const list = [called("1", "[1]", "weather"), ...events.slice(1)];
    expect((await play({ dialect, events: list, invalidCalls: "flag" })).verdicts).toEqual(["weather block"]);
    const empty = [called("1", "", "weather"), ...events.slice(1)];
    expect((await play({ dialect, events: empty })).verdicts).toEqual(["weather pass"]);
  });
});

describe("others", () => {
  it("Anthropic: what the vendor runs is not the list's to judge", async () => {
    const block = { type: "server_tool_use", id: "s", name: "web_search", input: {} };
    const events = [
      {
        type: "message_start",
        message: { id: "m", model: "m", content: [], usage: { input_tokens: 1, output_tokens: 1 } },
      },
      { type: "content_block_start", index: 0, content_block: block },
      {
        type: "content_block_delta",
        index: 0,
        delta: { type: "input_json_delta", partial_json: '{"query":"x"}' },
      },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
      { type: "message_stop" },
    ];
    const ran = await play({ dialect: anthropicMessages, events });
    expect([ran.text, ran.verdicts]).toEqual([ran.steps.join(""), []]);
  });

  it("Responses: what is said whole at the end is what was said before", async () => {
    const responses = vendors.find(({ name }) => name === "openai-responses");
    const saying = { calls: [{ name: "weather", args: '{"city":"a"}' }] };
    const bytes = responses?.answer(saying, "streamed").body.toString() ?? "";
    const events = [...bytes.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data));
    const same = await play({ dialect: openAiResponses, events, request: { input: "x" } });
    expect(same.verdicts).toEqual(["weather pass"]);
    const last = JSON.stringify(events.at(-1)).replaceAll('\\"a\\"', '\\"b\\"');
    const other = await play({
      dialect: openAiResponses,
      events: [...events.slice(0, -1), JSON.parse(last)],
      request: { input: "x" },
    });
    expect(other.verdicts).toEqual(["weather block"]);
    expect(other.text).not.toContain('\\"b\\"');
  });

  it("Gemini: arguments that come value by value are checked, and never written anew", async () => {
    const part = (functionCall: object, finishReason?: string) => ({
      candidates: [{ content: { role: "model", parts: [{ functionCall }] }, finishReason, index: 0 }],
    });
    const piece = (jsonPath: string, stringValue: string) =>
      part({ partialArgs: [{ jsonPath, stringValue }], willContinue: true });
    const events = (path: string, reason: string) => [
      part({ name: "weather", willContinue: true }),
      piece("$.city", "Par"),
      piece(path, "is"),
      part({}),
      { candidates: [{ finishReason: reason, index: 0 }] },
    ];
    const at = {
      dialect: gemini,
      path: "/v1beta/models/m:streamGenerateContent",
      request: { contents: [] },
    } as const;
    const request = { model: undefined, messages: undefined, stream: undefined, contents: [] };
    const fits = await play({
      ...at,
      request,
      events: [
        part({ name: "weather", willContinue: true }),
        piece("$.city", "Paris"),
        part({}),
        { candidates: [{ finishReason: "STOP", index: 0 }] },
      ],
    });
    expect([fits.verdicts, fits.text]).toEqual([["weather pass"], fits.steps.join("")]);
    const unknown = await play({ ...at, request, events: events("$.unit", "STOP"), invalidCalls: "strip" });
    expect(unknown.verdicts).toEqual(["weather block"]);
  });
});
