// Owns the proof that guarded answers flow, and that nothing slips through what interrupts or repeats them.
// Knows no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import type { UpstreamStep } from "../../../rig.ts";
import { deltasOf, frames as framesOf, textsOf } from "../../dialects/answers.ts";
import { code, type Guarded, ruleOn, walkGuarded, whereverSaid, word } from "./walks.ts";
import { anthropicWire } from "./wires/anthropic.ts";
import { chatWire } from "./wires/chat.ts";
import { event, tokens } from "./wires/wire.ts";
import { wordGuard } from "./word-detector.ts";

const redacting = { action: { kind: "redact", with: "marker" } } as const;
const everywhere = ["llm.answer", "llm.reasoning", "tool.args", "tool.result"] as const;
const headers = { "content-type": "text/event-stream" };

const chunk = (choice: object): string =>
  event({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [choice as JsonValue] });
const say = (delta: object, more: object = {}): string =>
  chunk({ index: 0, finish_reason: null, delta, ...more });
const args = (text: string): string =>
  say({ tool_calls: [{ index: 0, id: "c1", type: "function", function: { name: "f", arguments: text } }] });
const end = `${chunk({ index: 0, delta: {}, finish_reason: "stop" })}data: [DONE]\n\n`;

async function answer(events: readonly string[], more = {}): Promise<Guarded> {
  const rules = [ruleOn(everywhere, { ...redacting, ...more })];
  const steps = events.flatMap((one): UpstreamStep[] => [one, { is: "pause" }]);
  const result = await walkGuarded({ wire: chatWire, how: "stream", rules, upstream: { headers, steps } });
  expect(result.bugs).toEqual([]);
  return result;
}

const read = ({ bytes }: Guarded) => framesOf(chatWire.dialect, { status: 200, headers }, [bytes]);
/** Writes to the client before the upstream was done. */
const early = ({ log }: Guarded) => log.slice(0, log.indexOf("over")).filter((one) => one.startsWith("take"));

describe("a text", () => {
  const words = "The quick brown fox jumps over the lazy dog and rests.".split(/(?= )/);

  it("flows while nothing is found, piece by piece", async () => {
    const result = await answer([...words.map((content) => say({ content })), end]);
    expect(early(result)).toHaveLength(words.length + 1);
  });

  it("flows behind thoughts whose last word may go on", async () => {
    const thoughts = [say({ reasoning_content: "So it is ZX" })];
    const result = await answer([...thoughts, ...words.map((content) => say({ content })), end]);
    expect(early(result).length).toBeGreaterThan(words.length - 4);
    expect(textsOf(read(result))).toEqual({ "reasoning 0": "So it is ZX", "text 0": words.join("") });
  });

  it("flows where only the thoughts before it are looked at", async () => {
    const thoughts = [say({ reasoning_content: "So it is ZX" })];
    const events = [...thoughts, ...words.map((content) => say({ content })), end];
    const on = new Set(["llm.reasoning"]);
    expect(early(await answer(events, { on })).length).toBeGreaterThan(words.length - 4);
  });

  it("waits for its own end alone where two choices are said in turn", async () => {
    const of = (index: number, content: string) => chunk({ index, delta: { content }, finish_reason: null });
    const pairs = words.flatMap((content) => [of(0, content), of(1, content)]);
    const ends = [0, 1].map((index) => chunk({ index, delta: {}, finish_reason: "stop" }));
    const result = await answer([of(0, "ZX"), ...pairs, ...ends, "data: [DONE]\n\n"]);
    expect(textsOf(read(result))).toEqual({ "text 0": `ZX${words.join("")}`, "text 1": words.join("") });
  });
});

describe("a word that is interrupted", () => {
  const [left, right] = ["It is ZXQ", "KEY9."];

  it("by the end of its choice is stopped behind it", async () => {
    const stop = chunk({ index: 0, delta: {}, finish_reason: "stop" });
    const result = await answer([say({ content: left }), stop, say({ content: right }), end]);
    expect(result.outcome.refusal?.code).toBe(code);
    expect(result.bytes.toString()).not.toContain("KEY9");
    const fine = await answer([say({ content: "It is ZX" }), stop, say({ content: "Y. ZXQ" }), end]);
    expect(textsOf(read(fine))).toEqual({ "text 0": "It is ZXY. ZXQ" });
  });

  it("by a call is cut out on both sides of it", async () => {
    const calls = ['{"a":', "1", "}"].map(args);
    const result = await answer([say({ content: left }), ...calls, say({ content: right }), end]);
    expect(textsOf(read(result))).toMatchObject({
      "text 0": "It is [WORD_REDACTED].",
      "tool.args 0/tool/0": '{"a":1}',
    });
  });

  it.each([
    ["by a long call", Array.from({ length: 80 }, (_, at) => args(at === 0 ? "[1" : ",1"))],
    ["by a long thought", Array.from({ length: 80 }, () => say({ reasoning_content: "hm " }))],
  ])("%s is stopped where it goes on", async (_what, between) => {
    const result = await answer([say({ content: left }), ...between, say({ content: right }), end]);
    expect(result.outcome.refusal?.code).toBe("blocked_content");
    const now = read(result);
    expect(textsOf(now)["text 0"]).toBe(left);
    expect(deltasOf(now).at(-1)?.kind).toBe("error");
  });

  it("by an answer in between is stopped in thoughts", async () => {
    const between = Array.from({ length: 9 }, () => say({ content: "so " }));
    const thoughts = [left, right].map((text) => say({ reasoning_content: text }));
    const result = await answer([thoughts[0] ?? "", ...between, thoughts[1] ?? "", end]);
    expect(result.outcome.refusal?.code).toBe("blocked_content");
    expect(result.bytes.toString()).not.toContain("KEY9");
  });

  it("that only seems to go on flows again", async () => {
    const between = Array.from({ length: 9 }, () => say({ content: "so " }));
    const thoughts = [left, " is a letter. ZXQKEY9 is none."].map((text) => say({ reasoning_content: text }));
    const result = await answer([thoughts[0] ?? "", ...between, thoughts[1] ?? "", ...between, end]);
    expect(textsOf(read(result))["reasoning 0"]).toBe(`${left} is a letter. [WORD_REDACTED] is none.`);
  });

  it("by a seal of thoughts is stopped in the next ones", async () => {
    const said = [left, right].map((text) => ({ kind: "reasoning", choice: 0, pieces: [text] }) as const);
    const rules = [ruleOn(everywhere, redacting)];
    const upstream = { headers, steps: [anthropicWire.stream(said, "plain")] };
    const result = await walkGuarded({ wire: anthropicWire, how: "stream", rules, upstream });
    expect(result.outcome.refusal?.code).toBe("blocked_content");
    expect(result.bytes.toString()).not.toContain("KEY9");
  });
});

describe("what says all of it once more, longer each time", () => {
  const text = `${"All is well here. ".repeat(40)}It is ${word}. ${"Nothing more. ".repeat(40)}`;
  const pieces = text.match(/.{1,7}/gs) ?? [];
  const events = pieces.map((content, at) => {
    const message = { role: "assistant", content: pieces.slice(0, at + 1).join("") };
    return chunk({ index: 0, delta: { content }, message, finish_reason: null });
  });

  it("loses the same, and is read once", async () => {
    let read = 0;
    const guard = wordGuard(word);
    const counting = {
      scan: (source: Parameters<typeof guard.scan>[0]) => {
        const scanner = guard.scan(source);
        if (scanner === undefined) return undefined;
        const push = (piece: string) => {
          read += piece.length;
          return scanner.push(piece);
        };
        return { push, end: () => scanner.end() };
      },
    };
    const result = await answer([...events, end], { guard: counting });
    const now = framesOf(chatWire.dialect, { status: 200, headers }, [result.bytes]);
    expect(whereverSaid(result, now)).not.toContain(word);
    const last = deltasOf(now).findLast((one) => "mode" in one && one.mode === "snapshot");
    expect(last).toMatchObject({ text: text.replace(word, "[WORD_REDACTED]") });
    expect(read).toBeLessThan(3 * text.length);
  });
});

describe("log probabilities", () => {
  it("go where they repeat what was cut out elsewhere, and stay where they do not", async () => {
    const proof = (token: string) => say({}, { logprobs: { content: tokens(token) } });
    const texts = ["It is ", "ZXQ", "KEY9", ". Well."];
    const events = [...texts.map((content) => say({ content })), ...texts.map(proof), end];
    const result = await answer(events);
    const now = read(result);
    expect(whereverSaid(result, now)).not.toContain(word);
    const left = deltasOf(now).flatMap((one) => (one.kind === "logprobs" ? [JSON.stringify(one.value)] : []));
    expect(left.map((one) => /"token":"(.*?)"/.exec(one)?.[1])).toEqual(["It is ", ". Well."]);
  });

  it("in a shape that nobody knows are read as they stand", async () => {
    const events = [say({ content: "Fine." }, { logprobs: { odd: { words: word } } }), end];
    expect((await answer(events)).bytes.toString()).not.toContain(word);
  });
});
