// Owns the proof that parts of an answer, each a text of its own on the wire, are read one behind the other,
// and that what says them again says what is left of them. Knows no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { TextDelta } from "../../../../core/contracts/frame.ts";
import type { GuardAction } from "../../../../core/contracts/guard-spec.ts";
import { Channel } from "../../../../core/filters/guards/channel.ts";
import { PartsSaid, readOn } from "../../../../core/filters/guards/parts-said.ts";
import { plainView } from "../../../../core/filters/guards/view.ts";
import { code, type Guarded, ruleOn, stageOf, upstreamOf, walkGuarded, word } from "./walks.ts";
import { responsesWire } from "./wires/responses.ts";
import type { Kind, Say } from "./wires/wire.ts";

const [left, right] = [word.slice(0, 3), word.slice(3)];
const redact: GuardAction = { kind: "redact", with: "marker" };

function says(kind: Kind, ...texts: readonly (readonly string[])[]): readonly Say[] {
  return texts.map((pieces) => ({ kind, choice: 0, pieces }));
}

function answer(said: readonly Say[], how: "stream" | "whole", action: GuardAction): Promise<Guarded> {
  const body = responsesWire[how](said, "plain");
  const rules = [ruleOn([stageOf(responsesWire, said[0]?.kind ?? "text")], { action })];
  const upstream = upstreamOf(responsesWire, how, body);
  return walkGuarded({ wire: responsesWire, how, rules, upstream });
}

describe.each(["stream", "whole"] as const)("two items, %s", (how) => {
  it.each(["text", "reasoning"] as const)("%s", async (kind) => {
    const said = says(kind, ["It is ", left], [right, ", you know."]);
    // Summaries of two items stand apart in each of them.
    const redacted = await answer(said, how, redact);
    expect(redacted.bugs).toEqual([]);
    const text = redacted.bytes.toString();
    expect([text.includes(left), text.includes(right)]).toEqual([false, false]);
    expect(text).toContain("[WORD_REDACTED]");
    expect(text).toContain(", you know.");
    const blocked = await answer(said, how, { kind: "block", message: undefined });
    expect(blocked.bytes.toString()).not.toContain(right);
    expect(blocked.told.map((one) => one.text)).toEqual([word]);
  });

  it("pass as they came where nothing is found", async () => {
    const said = says("text", ["It is ", "fine."], ["You ", "know."]);
    const { bytes } = await answer(said, how, redact);
    expect(bytes.equals(responsesWire[how](said, "plain"))).toBe(true);
  });
});

it("what is said again in other words is read again", async () => {
  const body = responsesWire.stream(says("text", ["It is ", "ABCDEFG."]), "plain").toString();
  const done = body.indexOf("event: response.output_text.done");
  const forged = Buffer.from(body.slice(0, done) + body.slice(done).replaceAll("ABCDEFG", word));
  const upstream = upstreamOf(responsesWire, "stream", forged);
  const rules = [ruleOn(["llm.answer"])];
  const result = await walkGuarded({ wire: responsesWire, how: "stream", rules, upstream });
  expect(result.outcome.refusal?.code).toBe(code);
  expect(result.bytes.toString()).not.toContain(word);
});

describe("what was said of a part", () => {
  const channel = new Channel([], plainView);
  const delta = (place: string, text: string): TextDelta => ({
    ...{ kind: "text", channel: place, text, mode: "append" },
  });
  function sayAll(...said: readonly (readonly [string, string])[]): PartsSaid {
    const parts = new PartsSaid();
    for (const [place, text] of said) {
      parts.add(delta(place, text), channel);
      channel.push(text);
    }
    return parts;
  }

  it("is known by its place and its words", () => {
    const from = channel.length;
    const parts = sayAll(["0/0/0", "a"], ["0/0/0", "b"], ["0/0/1", "c"]);
    expect(parts.find(delta("0/0/0", "ab"))?.from).toBe(from);
    expect(parts.find(delta("0/0/1", "c"))?.from).toBe(from + 2);
    expect(parts.find(delta("0/0/1", "d"))).toBeUndefined();
    expect(parts.find(delta("0/0/2", "c"))).toBeUndefined();
    parts.clear("0");
    expect(parts.find(delta("0/0/1", "c"))).toBeUndefined();
  });

  it("is not where another spoke in between", () => {
    const parts = sayAll(["0/0/0", "a"], ["0/1/0", "c"], ["0/0/0", "b"], ["0/0/0", "b"]);
    expect(parts.find(delta("0/0/0", "abb"))).toBeUndefined();
    expect(parts.find(delta("0/1/0", "c"))).toBeDefined();
  });

  it.each([
    ["0", "0"],
    ["0/1/2", "0"],
    ["0/1/summary/2", "0/summary"],
    ["0/tool/1", "0/tool/1"],
    ["0/block/3", "0/block/3"],
    ["0/1/2/annotations/3", "0/1/2/annotations/3"],
  ])("%s is read on %s", (place, on) => {
    expect(readOn(place)).toBe(on);
  });
});
