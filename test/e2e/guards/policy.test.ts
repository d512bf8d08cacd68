// Owns what follows from a finding, as the policy says it: seen by an SDK on one side and in the provider's
// log on the other.

import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import type { LogEntry } from "../../../mock/provider.ts";
import { eventually, startWorld, type World } from "../world.ts";
import { checks, expectCounted, findings, guardText, usesText } from "./guarded.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** One guard `house` that looks for the word osprey. */
async function start(spec: string, on: string, use = ""): Promise<World> {
  const guard = guardText("house", `{ detector: patterns, config: { words: [ osprey ] }, ${spec} }`);
  world = await startWorld({ documents: guard + usesText({ house: `{ guard: house, on: [${on}]${use} }` }) });
  return world;
}

const client = ({ openaiUrl }: World): OpenAI =>
  new OpenAI({ baseURL: openaiUrl, apiKey: "none", maxRetries: 0, logLevel: "off" });

type Content = OpenAI.ChatCompletionUserMessageParam["content"];
const asked = (content: Content) => ({ model: "gpt-4o", messages: [{ role: "user" as const, content }] });

interface Heard {
  readonly text: string | null | undefined;
  readonly finish: string | undefined;
  readonly tokens: number | undefined;
}

async function whole(it: World, content: Content = "hello"): Promise<Heard> {
  const { choices, usage } = await client(it).chat.completions.create(asked(content));
  const [choice] = choices;
  return { text: choice?.message.content, finish: choice?.finish_reason, tokens: usage?.completion_tokens };
}

async function streamed(it: World, content: Content = "hello"): Promise<Heard> {
  const stream_options = { include_usage: true };
  const runner = client(it).chat.completions.stream({ ...asked(content), stream_options });
  const { choices, usage } = await runner.finalChatCompletion();
  const [choice] = choices;
  return { text: choice?.message.content, finish: choice?.finish_reason, tokens: usage?.completion_tokens };
}

const ways = [
  ["whole", whole],
  ["streamed", streamed],
] as const;

const image = {
  type: "image_url" as const,
  image_url: { url: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" },
};

describe("what nobody can read", () => {
  const content: Content = [{ type: "text", text: "What is this?" }, image];

  it("is refused where the policy says nothing", async () => {
    const it = await start("action: block", "llm.request");
    await expect(whole(it, content)).rejects.toMatchObject({ status: 403, code: "input_uninspectable" });
    expect(it.mock.log).toHaveLength(0);
    expect((await whole(it, "What is this?")).finish).toBe("stop");
  });

  it("passes where it says flag, and is told", async () => {
    const it = await start("action: block, onUninspectable: flag", "llm.request");
    expect((await whole(it, content)).finish).toBe("stop");
    expect(it.mock.log[0]?.body).toMatchObject({ messages: [{ content }] });
    expect(findings(it.sidecarLog)).toMatchObject([{ type: "uninspectable", kind: "image", action: "flag" }]);
    await expectCounted(it, checks("house", "llm.request", "flag"), 1);
  });
});

describe("a sample", () => {
  it.each([
    [0, 0],
    [1, 20],
  ])("of %d looks at %d of 20", async (sample, looked) => {
    const it = await start("action: redact", "llm.request", `, sample: ${sample}`);
    for (let at = 0; at < 20; at++) await whole(it, "an osprey");
    expect(findings(it.sidecarLog)).toHaveLength(looked);
    expect(JSON.stringify(it.mock.log).match(/an osprey/g) ?? []).toHaveLength(20 - looked);
  });

  it("of 0.5 looks at some, and at request and answer together", async () => {
    const it = await start("action: redact", "llm.request, llm.answer", ", sample: 0.5");
    it.mock.setScript({ rules: [{ answer: { text: "an osprey" } }] });
    let looked = 0;
    for (let at = 0; at < 120; at++) {
      const { text } = await whole(it, "an osprey");
      const passed = JSON.stringify(it.mock.log.at(-1)?.body).includes("an osprey");
      expect(text === "an osprey").toBe(passed);
      looked += passed ? 0 : 1;
    }
    // Six standard deviations on either side.
    expect(looked).toBeGreaterThan(27);
    expect(looked).toBeLessThan(93);
  });
});

describe.each(ways)("an answer that is %s", (_how, hear) => {
  const said = "First the heron. Then the osprey came. At last the gull.";

  it.each([
    ["redact", "First the heron. Then the [BLOCKED_WORD_REDACTED] came. At last the gull."],
    ["strip", "First the heron. Then the  came. At last the gull."],
    ["filter", "First the heron. At last the gull."],
    ["truncate", "First the heron. Then the ..."],
    ["flag", said],
    ["{ fallback: { text: Ask at the desk. } }", "Ask at the desk."],
  ])("is told by %s", async (action, text) => {
    const it = await start(`action: ${action}`, "llm.answer");
    it.mock.setScript({ rules: [{ answer: { text: said } }] });
    const heard = await hear(it);
    expect(heard.text).toBe(text);
    expect(heard.finish).toBe("stop");
    expect(heard.tokens).toBe(it.mock.log[0]?.completionTokens);
    expect(it.mock.log).toHaveLength(1);
    expect(findings(it.sidecarLog)).toHaveLength(1);
  });

  it("is another where a request is answered instead, and no model hears of it", async () => {
    const it = await start("action: { fallback: { text: Ask at the desk. } }", "llm.request");
    const heard = await hear(it, "an osprey");
    expect(heard.text).toBe("Ask at the desk.");
    expect(heard.finish).toBe("stop");
    expect(it.mock.log).toHaveLength(0);
  });
});

describe.each(ways)("repair, %s", (how, hear) => {
  const spec = "action: { repair: { hint: Do not name that bird. } }";
  const [bad, good] = ["The osprey it is, no doubt.", "The heron."];
  const dollars = (entries: readonly LogEntry[]): number =>
    entries.reduce((sum, entry) => sum + entry.promptTokens * 2.5 + entry.completionTokens * 10, 0) / 1e6;

  it("asks once more, with the hint, and charges both", async () => {
    const it = await start(spec, "llm.answer");
    it.mock.setScript({ rules: [{ once: true, answer: { text: bad } }, { answer: { text: good } }] });
    const heard = await hear(it);
    expect(heard.text).toBe(good);
    expect(heard.tokens).toBe(it.mock.log[1]?.completionTokens);
    expect(it.mock.log).toHaveLength(2);
    expect(JSON.stringify(it.mock.log[0]?.body)).not.toContain("Do not name that bird.");
    expect(it.mock.log[1]?.body).toMatchObject({
      messages: expect.arrayContaining([{ role: "system", content: "Do not name that bird." }]),
    });
    const line = await eventually(() => it.sidecarLog.find(({ event }) => event === "llm_call"));
    expect(line).toMatchObject({ attempts: 2, guards: ["house@llm.answer=repair"] });
    // A stream that is given up has not told its usage: that much of it is counted here.
    if (how === "whole") expect(line.cost_usd).toBeCloseTo(dollars(it.mock.log), 9);
    else {
      expect(line.cost_usd).toBeGreaterThan(dollars(it.mock.log.slice(1)));
      expect(line.output_tokens).toBeGreaterThan(it.mock.log[1]?.completionTokens ?? 0);
      expect(line.input_tokens).toBeGreaterThan(it.mock.log[1]?.promptTokens ?? 0);
    }
  });

  it("stops where it is no better", async () => {
    const it = await start(spec, "llm.answer");
    it.mock.setScript({ rules: [{ answer: { text: bad } }] });
    await expect(hear(it)).rejects.toMatchObject({ status: 400, code: "blocked_content" });
    expect(it.mock.log).toHaveLength(2);
    await expectCounted(it, checks("house", "llm.answer", "block"), 1);
  });
});
