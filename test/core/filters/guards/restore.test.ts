// Owns the proof that values come back to whoever sent them, and to nobody else. Knows no detector but the
// tests' own.

import { describe, expect, it } from "vitest";
import type { GuardRule } from "../../../../core/filters/guards/rule.ts";
import { frames as framesOf, textsOf } from "../../dialects/answers.ts";
import { type Fall, falls, wires } from "./cells.ts";
import { type Guarded, harmless, ruleOn, stageOf, upstreamOf, walkGuarded } from "./walks.ts";
import { anthropicWire } from "./wires/anthropic.ts";
import { chatWire } from "./wires/chat.ts";
import type { Kind, Say, Wire } from "./wires/wire.ts";
import { wordGuard } from "./word-detector.ts";

/** What has to be escaped to stand in JSON. */
const value = 'Zoë "Q"\n\\9';
const texts = { ...harmless, user: `I am ${value}, hello.` };
const stranger = "[WORD_0123456789]";
const order: readonly Kind[] = ["reasoning", "text", "tool.args"];

function naming({ place }: Wire): GuardRule {
  const guard = wordGuard(value);
  const stage = place === "gateway" ? "edge.request" : "llm.request";
  return ruleOn([stage], { guard, action: { kind: "redact", with: "placeholder" } });
}

function cut(text: string, { cut: how }: Fall, name: string): readonly string[] {
  if (how === "one") return [text];
  const half = text.indexOf(name) + 5;
  return how === "two" ? [text.slice(0, half), text.slice(half)] : text.split("");
}

const said = (name: string) => `Dear ${name}, [not] ${stranger} [[${name}]`;

function sayAll(wire: Wire, fall: Fall, name: string): readonly Say[] {
  return order
    .filter((kind) => wire.kinds.includes(kind))
    .map((kind) => ({ kind, choice: 0, pieces: cut(said(name), fall, name) }));
}

/** The name the value gets in this exchange: its id and session are the same in all of them. */
async function learnName(wire: Wire): Promise<string> {
  const answer = wire.whole([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");
  const upstream = upstreamOf(wire, "whole", answer);
  const { sent } = await walkGuarded({ wire, how: "whole", rules: [naming(wire)], texts, upstream });
  const body = sent[0]?.body.toString() ?? "";
  expect(body).not.toContain(JSON.stringify(value).slice(1, -1));
  return /\[WORD_[0-9a-f]{10}\]/.exec(body)?.[0] ?? "";
}

function checkRestored({ bytes, headers, status }: Guarded, wire: Wire): void {
  expect(status).toBe(200);
  const now = framesOf(wire.dialect, { status, headers }, [bytes]);
  for (const [place, text] of Object.entries(textsOf(now))) {
    if (place.startsWith("tool.name") || text === "a-1") continue;
    const heard = text.startsWith("{") ? JSON.parse(text).query : text;
    expect([place, heard]).toEqual([place, said(value)]);
  }
}

describe.each(wires.map((wire) => [wire.name, wire] as const))("%s", (_name, wire) => {
  it.each(["stream", "whole"] as const)("a name comes back as what it stands for, %s", async (how) => {
    const name = await learnName(wire);
    for (const fall of falls) {
      const all = sayAll(wire, fall, name);
      const body = how === "stream" ? wire.stream(all, fall.form) : wire.whole(all, fall.form);
      for (const bytes of [7, 4096]) {
        const upstream = upstreamOf(wire, how, body, bytes);
        const rules = [naming(wire), ruleOn([stageOf(wire, "text")], { action: { kind: "flag" } })];
        const result = await walkGuarded({ wire, how, rules, texts, upstream });
        expect(result.bugs).toEqual([]);
        checkRestored(result, wire);
      }
    }
  });
});

describe("what does not come back", () => {
  const name = () => learnName(chatWire);
  const answerOf = (text: string) => chatWire.stream([{ kind: "text", choice: 0, pieces: [text] }], "plain");

  it("is of an exchange in which nobody said it", async () => {
    const upstream = upstreamOf(chatWire, "stream", answerOf(said(await name())));
    const walk = { wire: chatWire, how: "stream", rules: [naming(chatWire)], upstream } as const;
    const result = await walkGuarded(walk);
    expect(result.bytes.equals(answerOf(said(await name())))).toBe(true);
  });

  it("is what was taken out of the answer itself", async () => {
    const rule = naming(chatWire);
    const rules = [{ ...rule, on: new Set(["llm.answer"] as const) }];
    const upstream = upstreamOf(chatWire, "stream", answerOf(`It is ${value}.`));
    const { bytes } = await walkGuarded({ wire: chatWire, how: "stream", rules, upstream });
    expect(bytes.toString()).toContain("[WORD_");
    expect(bytes.toString()).not.toContain("Zo");
  });

  it("is seen by no guard: it comes back behind them all", async () => {
    const blocked = ruleOn(["llm.answer"], { guard: wordGuard(value) });
    const answer = answerOf(`It is ${await name()}.`);
    const upstream = upstreamOf(chatWire, "stream", answer);
    const rules = [naming(chatWire), blocked];
    const result = await walkGuarded({ wire: chatWire, how: "stream", rules, texts, upstream });
    expect(Object.values(textsOf(framesOf(chatWire.dialect, result, [result.bytes])))).toEqual([
      `It is ${value}.`,
    ]);
  });

  it("is half a name at the end", async () => {
    const answer = anthropicWire.stream(
      [{ kind: "text", choice: 0, pieces: ["See ", "[WORD_", "12"] }],
      "plain",
    );
    const upstream = upstreamOf(anthropicWire, "stream", answer);
    const walk = {
      wire: anthropicWire,
      how: "stream",
      rules: [naming(anthropicWire)],
      texts,
      upstream,
    } as const;
    expect((await walkGuarded(walk)).bytes.equals(answer)).toBe(true);
  });
});
