// Owns the proof of what Bedrock's answers say event by event, errors among them. Knows no policy.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Delta, noUsage } from "../../../../core/contracts/frame.ts";
import { bedrockConverse } from "../../../../core/dialects/bedrock-converse.ts";
import { bedrockInvoke } from "../../../../core/dialects/bedrock-invoke.ts";
import { writeMessage } from "../../../../core/text/eventstream-message.ts";
import { sharedPath } from "../../../shared-data.ts";
import { answerHead, deltasOf, frames, read } from "../answers.ts";
import { event, head, say, stop } from "./events.ts";
import { eventstream } from "./exchanges.ts";

/** All that a stream of these events says. */
function said(...events: Buffer[]): readonly Delta[] {
  return deltasOf(frames(bedrockConverse, head, [...events, stop])).slice(0, -1);
}

const plain = ({ kind, ...rest }: Delta) => ("text" in rest ? `${kind} ${rest.channel} ${rest.text}` : kind);

describe("an event of ConverseStream", () => {
  const tool = { toolUse: { toolUseId: "t1", name: "look" } };
  const citation = { title: "a", sourceContent: [{ text: "b" }], location: { web: { url: "u" } } };
  const cases: readonly (readonly [what: string, event: Buffer, said: readonly string[]])[] = [
    ["begins", event("messageStart", { role: "assistant" }), ["start"]],
    ["says a word", say(0, { text: "Hi" }), ["text 0 Hi"]],
    ["says nothing", say(0, { text: "" }), []],
    ["thinks", say(0, { reasoningContent: { text: "hm" } }), ["reasoning 0 hm"]],
    ["proves a thought", say(0, { reasoningContent: { signature: "s" } }), ["signature"]],
    ["withholds a thought", say(0, { reasoningContent: { redactedContent: "s" } }), ["signature"]],
    [
      "calls",
      event("contentBlockStart", { contentBlockIndex: 3, start: tool }),
      ["tool", "tool.name 0/tool/0 look"],
    ],
    ["passes arguments", say(3, { toolUse: { input: '{"a"' } }), ['tool.args 0/tool/0 {"a"']],
    ["cites", say(0, { citation }), ["a", "b", "u"].map((text) => `tool.result 0/block/0 ${text}`)],
    [
      "finds",
      say(2, { toolResult: [{ text: "r" }, { json: { a: "j" } }] }),
      ["tool.result 0/block/2 r", "tool.result 0/block/2 j"],
    ],
    ["shows", say(0, { image: { format: "png", source: { bytes: "AA==" } } }), ["media"]],
    ["ends a block", event("contentBlockStop", { contentBlockIndex: 0 }), []],
    ["counts", event("metadata", { usage: { inputTokens: 1, outputTokens: 2 } }), ["usage"]],
    ["traces", event("metadata", { trace: { guardrail: { modelOutput: ["raw"] } } }), ["text 0/trace raw"]],
    ["is not known", event("later", { text: 5 }), []],
  ];
  it.each(cases)("%s", (_what, message, expected) => {
    expect(said(message).map(plain)).toEqual(expected);
  });

  it("says why it ended, in one vocabulary", () => {
    const words = {
      end_turn: "stop",
      stop_sequence: "stop_sequence",
      max_tokens: "length",
      model_context_window_exceeded: "length",
      tool_use: "tool_calls",
      guardrail_intervened: "content_filter",
      content_filtered: "content_filter",
      malformed_tool_use: "other",
    };
    for (const [stopReason, word] of Object.entries(words)) {
      const [end] = deltasOf(frames(bedrockConverse, head, [event("messageStop", { stopReason })]));
      expect(end).toEqual({ kind: "end", channel: "0", reason: stopReason, stop: word });
    }
  });

  it("counts what its cache held beside the input, and what is kept for an hour", () => {
    const figures = { inputTokens: 5, outputTokens: 6, cacheReadInputTokens: 7, cacheWriteInputTokens: 8 };
    const cacheDetails = [
      { ttl: "1h", inputTokens: 3 },
      { ttl: "5m", inputTokens: 5 },
    ];
    expect(said(event("metadata", { usage: { ...figures, cacheDetails } }))).toEqual([
      {
        kind: "usage",
        usage: {
          ...noUsage,
          inputTokens: 20,
          outputTokens: 6,
          cachedInputTokens: 7,
          cacheWriteTokens: 8,
          cacheWrite1hTokens: 3,
        },
      },
    ]);
  });

  it("says on which call arguments are, and which calls the vendor runs", () => {
    const start = (index: number, more: object) =>
      event("contentBlockStart", {
        contentBlockIndex: index,
        start: { toolUse: { toolUseId: "t", name: "n", ...more } },
      });
    const deltas = said(
      start(1, { type: "server_tool_use" }),
      start(4, {}),
      say(4, { toolUse: { input: "b" } }),
      say(1, { toolUse: { input: "a" } }),
    );
    expect(deltas.map(plain).filter((text) => text.startsWith("tool.args"))).toEqual([
      "tool.args 0/tool/1 b",
      "tool.args 0/tool/0 a",
    ]);
    expect(deltas.flatMap((each) => (each.kind === "tool" ? [each.isHosted] : []))).toEqual([true, false]);
  });

  const broken: readonly (readonly [what: string, message: Buffer])[] = [
    ["a text that is none", say(0, { text: 5 })],
    ["a block that is none", say(-1, { text: "a" })],
    ["an object that is none", event("contentBlockDelta", { contentBlockIndex: 0, delta: [] })],
    ["no reason", event("messageStop", {})],
    [
      "a name twice",
      writeMessage({ type: "event", name: "messageStop" }, '{"stopReason":"a","stopReason":"b"}'),
    ],
    ["no JSON", writeMessage({ type: "event", name: "messageStart" }, "{]")],
    ["a type that is none", writeMessage({ type: "other", name: "a" }, "{}")],
  ];
  it.each(broken)("is refused with %s", (_what, message) => {
    expect(read(bedrockConverse, head, [message, stop])).toMatchObject({ code: "upstream_malformed" });
  });
});

describe("an error in a stream", () => {
  const statuses = {
    throttlingException: 429,
    modelStreamErrorException: 424,
    internalServerException: 500,
    serviceUnavailableException: 503,
    validationException: 400,
    modelTimeoutException: 408,
    newException: undefined,
  };
  it.each(Object.entries(statuses))("%s is one with its status, and an end", (name, status) => {
    const exception = writeMessage({ type: "exception", name }, '{"message":"No."}');
    for (const dialect of [bedrockConverse, bedrockInvoke]) {
      const deltas = deltasOf(frames(dialect, head, [exception]));
      expect(deltas).toEqual([{ kind: "error", status }]);
    }
  });

  it("has been seen by others", () => {
    const path = sharedPath("recorded/observed_errors.json");
    const rows = path === undefined ? [] : JSON.parse(readFileSync(path, "utf8"));
    for (const { id, bodyBase64 } of Array.isArray(rows) ? rows : rows.cases) {
      if (!String(id).startsWith("bedrock-")) continue;
      const deltas = deltasOf(frames(bedrockConverse, head, [Buffer.from(bodyBase64, "base64")]));
      expect(deltas.at(-1)).toEqual({
        kind: "error",
        status: statuses[String(id).slice(8) as keyof typeof statuses],
      });
    }
  });
});

it("a chunk that is no base64 of JSON is refused", () => {
  for (const value of [{ bytes: "e30" }, { bytes: "*" }, { bytes: 5 }, {}, { bytes: "e30K/w==" }]) {
    expect(read(bedrockInvoke, head, [event("chunk", value)])).toMatchObject({ code: "upstream_malformed" });
  }
});

describe("fixtures of the AI SDK", () => {
  const folder = sharedPath("recorded/fixtures-vercel-ai/amazon-bedrock/src/__fixtures__");
  const files = folder === undefined ? [] : readdirSync(folder);

  it.skipIf(folder === undefined)("say something, whole and in chunks", () => {
    for (const file of files) {
      const text = readFileSync(`${folder}/${file}`, "utf8");
      const events = file.endsWith(".txt")
        ? text
            .split("\n")
            .filter(Boolean)
            .map((line) => Object.entries(JSON.parse(line))[0] as [string, unknown])
        : undefined;
      const type = answerHead(events === undefined ? "application/json" : eventstream);
      const body = events?.map(([name, value]) => event(name, value)) ?? [Buffer.from(text)];
      const deltas = deltasOf(frames(bedrockConverse, type, body));
      expect(
        deltas.map(({ kind }) => kind),
        file,
      ).toContain("end");
      expect(
        deltas.some((each) => "text" in each),
        file,
      ).toBe(true);
    }
  });
});
