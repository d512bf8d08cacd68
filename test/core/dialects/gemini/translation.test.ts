// Owns the proof that Gemini's requests and answers go through the hub and come back saying the same. Knows
// no other vendor.

import { describe, expect, it } from "vitest";
import type { Conversation, Part } from "../../../../core/contracts/conversation.ts";
import type { Delta } from "../../../../core/contracts/frame.ts";
import { translation } from "../../../../core/dialects/gemini/translation.ts";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { sharedPath } from "../../../shared-data.ts";
import { answerHead, deltasOf, frames, textsOf } from "../answers.ts";
import { lastUsage } from "../recorded-checks.ts";
import { goldens, type Recorded, recordedRows } from "./exchanges.ts";
import { readWhole } from "./recorded-checks.ts";
import { callOf } from "./requests.ts";

/** What one part says, whatever it was called by. */
const essence = (part: Part): unknown =>
  part.kind === "tool_call"
    ? [part.name, JSON.parse(part.args || "{}")]
    : part.kind === "tool_result"
      ? [part.name, part.content, part.isError]
      : part;

/** Messages of one side in a row are one for Google; thoughts and empty texts stay behind. */
function saidBy({ messages }: Conversation): unknown {
  const turns: [string, unknown[]][] = [];
  for (const { role, parts } of messages) {
    const said = parts.filter((part) => part.kind !== "reasoning").map(essence);
    const last = turns.at(-1);
    if (last?.[0] === role) last[1].push(...said);
    else if (said.length > 0) turns.push([role, said]);
  }
  return turns;
}

function checkRequest({ name, request, asked }: Recorded): "carried" | readonly string[] {
  const conversation = translation.read(callOf(request, asked.path));
  if (conversation.extras.length > 0) return conversation.extras;
  const body = translation.write(conversation, "gemini-3-flash-preview");
  if (!Buffer.isBuffer(body)) return [body.field];
  const again = translation.read(callOf(JSON.parse(body.toString())));
  expect([name, again.extras]).toEqual([name, []]);
  expect([name, saidBy(again)]).toEqual([name, saidBy(conversation)]);
  const { messages: _, isStream: __, reasoning: ___, ...asksFor } = conversation;
  expect(again).toMatchObject(JSON.parse(JSON.stringify(asksFor)));
  return "carried";
}

/** Composed anew, streamed and whole, an answer says the same: text, calls, stop and usage. */
function checkAnswer(recorded: Recorded): void {
  const answer = readWhole(recorded);
  const deltas = deltasOf(answer);
  if (deltas.some(({ kind }) => kind === "error")) return;
  for (const [isStream, query, type] of [
    [true, "?alt=sse", "text/event-stream"],
    [true, "", "application/json"],
    [false, "", "application/json"],
  ] as const) {
    const composer = translation.composer({ model: "m", isStream, query });
    expect(composer.headers["content-type"]).toContain(type);
    const bytes = Buffer.concat([...answer.map(({ deltas }) => composer.add(deltas)), composer.end()]);
    const composed = frames(gemini, answerHead(type), [bytes]);
    expect(essentials(deltasOf(composed))).toEqual(essentials(deltas));
    expect(newTexts(composed)).toEqual(newTexts(answer));
  }
}

function essentials(deltas: readonly Delta[]): unknown {
  const usage = lastUsage(deltas);
  const ends = new Map(
    deltas.flatMap((delta) => (delta.kind === "end" ? [[delta.channel, delta.stop]] : [])),
  );
  return {
    ends: [...ends.entries()],
    usage: usage && [usage.inputTokens, usage.outputTokens, usage.cachedInputTokens, usage.reasoningTokens],
    media: deltas.filter(({ kind }) => kind === "media"),
  };
}

/** Without what Google ran itself and what repeats other texts; arguments as values. */
function newTexts(answer: Parameters<typeof textsOf>[0]): unknown {
  const hosted = new Set(
    deltasOf(answer).flatMap((delta) => (delta.kind === "tool" && delta.isHosted ? [delta.channel] : [])),
  );
  const plain = answer.map((frame) => ({
    ...frame,
    deltas: frame.deltas.filter(
      (delta) => "text" in delta && delta.mode === "append" && !hosted.has(delta.channel),
    ),
  }));
  const texts = Object.entries(textsOf(plain));
  return Object.fromEntries(
    texts.map(([key, text]) => [key, key.startsWith("tool.args") ? JSON.parse(text) : text]),
  );
}

describe("recorded exchanges", () => {
  const file = sharedPath("recorded/gemini.jsonl.gz");
  const rows = (file === undefined ? [] : recordedRows(file)).filter(({ asked }) =>
    /:(g|streamG)enerateContent$/.test(asked.path),
  );

  it.skipIf(file === undefined)("are asked again as they were, or name what only Google has", () => {
    const uncarried = new Map<string, number>();
    let carried = 0;
    for (const row of rows.filter(({ request }) => Object(request).contents !== undefined)) {
      const outcome = checkRequest(row);
      if (outcome === "carried") carried += 1;
      else
        for (const name of outcome) uncarried.set(nameless(name), (uncarried.get(nameless(name)) ?? 0) + 1);
    }
    expect(carried).toBeGreaterThan(400);
    const own = /^(tools|contents\.(parts|role)|messages|cachedContent|modelArmorConfig|safetySettings)/;
    const others = [...uncarried.keys()].filter((name) => !own.test(name));
    expect(others.toSorted()).toEqual([
      "generationConfig.responseLogprobs",
      "toolConfig.functionCallingConfig.allowedFunctionNames",
    ]);
  });

  it.skipIf(file === undefined)("answer the same, composed anew", () => {
    for (const row of rows) checkAnswer(row);
  });

  const nameless = (name: string) => name.replaceAll(/\.\d+/g, "");
});

it.each(goldens.map((golden) => [golden.name, golden] as const))("%s is composed anew", (_name, golden) => {
  checkAnswer(golden);
});
