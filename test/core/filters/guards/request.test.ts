// Owns the matrix of what is asked: each action × each format × each place of a text. Knows no detector but
// the tests' own.

import { describe, expect, it } from "vitest";
import type { Stage } from "../../../../core/contracts/guard.ts";
import type { GuardAction } from "../../../../core/contracts/guard-spec.ts";
import { lengthDetector } from "../../../../core/guards/length.ts";
import { frames, textsOf } from "../../dialects/answers.ts";
import { planted, wires } from "./cells.ts";
import { code, type Guarded, harmless, ruleOn, upstreamOf, walkGuarded, word } from "./walks.ts";
import { anthropicWire } from "./wires/anthropic.ts";
import { chatWire } from "./wires/chat.ts";
import { geminiWire } from "./wires/gemini.ts";
import { responsesWire } from "./wires/responses.ts";
import type { AskedTexts, Wire } from "./wires/wire.ts";

type Place = keyof AskedTexts;
const hows = ["stream", "whole"] as const;
const fallback = "Nobody is asked that.";

/** Written by hand, as some client may: every byte that is not edited has to stay. */
function oddBody(wire: Wire, how: "stream" | "whole", place: Place): string {
  const texts = { ...harmless, [place]: planted };
  return JSON.stringify(wire.asked.body(texts, how), null, 1).replace(/^\{/, '{ "x_odd" : 1.0e0 ,');
}

function stagesOf({ place }: Wire, text: Place): readonly Stage[] {
  if (place === "gateway") return ["edge.request"];
  return [text === "result" ? "tool.result" : "llm.request"];
}

function placesOf(wire: Wire): readonly Place[] {
  const all: readonly Place[] = ["system", "user", "query", "result"];
  return wire.name === "openai-completions" ? ["user"] : all;
}

interface Case {
  readonly wire: Wire;
  readonly place: Place;
  readonly how: "stream" | "whole";
}

async function ask(
  { wire, place, how }: Case,
  action: GuardAction,
): Promise<Guarded & { readonly asked: string }> {
  const asked = oddBody(wire, how, place);
  const body = how === "stream" ? wire.stream : wire.whole;
  const answer = body.call(wire, [{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");
  const request = { body: asked };
  const upstream = upstreamOf(wire, how, answer);
  const rules = [ruleOn(stagesOf(wire, place), { action })];
  const result = await walkGuarded({ wire, how, rules, request, upstream });
  expect(result.bugs).toEqual([]);
  return Object.assign(result, { asked });
}

/** Only the text has changed, wherever it stands. */
function checkEdited({ sent, asked, status }: Guarded & { readonly asked: string }, text: string): void {
  expect(status).toBe(200);
  expect(sent[0]?.body.toString()).toBe(asked.replace(planted, text));
}

function checkRefused({ status, headers, sent, bytes, decided }: Guarded): void {
  expect([status, headers["x-sluice-refusal"], sent.length]).toEqual([400, code, 0]);
  expect(bytes.toString()).not.toContain(word);
  expect(decided.join()).toMatch(/=block$/);
}

describe.each(wires.map((wire) => [wire.name, wire] as const))("%s", (_name, wire) => {
  const cases = placesOf(wire).flatMap((place) => hows.map((how): Case => ({ wire, place, how })));

  it.each(cases.map((one) => [`${one.place}, ${one.how}`, one] as const))("%s", async (_case, one) => {
    checkRefused(await ask(one, { kind: "block", message: undefined }));
    checkEdited(await ask(one, { kind: "redact", with: "marker" }), planted.replace(word, "[WORD_REDACTED]"));
    const named = await ask(one, { kind: "redact", with: "placeholder" });
    const name = /\[WORD_[0-9a-f]{10}\]/.exec(named.sent[0]?.body.toString() ?? "")?.[0] ?? "";
    checkEdited(named, planted.replace(word, name));
    checkEdited(await ask(one, { kind: "flag" }), planted);
    const truncated = await ask(one, { kind: "truncate" });
    const isJsonText = one.place === "query" && [chatWire, responsesWire].includes(wire);
    if (isJsonText) checkRefused(truncated);
    else checkEdited(truncated, `${planted.slice(0, planted.indexOf(word))}...`);
    checkEdited(await ask(one, { kind: "strip" }), planted.replace(word, ""));
    checkEdited(await ask(one, { kind: "filter" }), "Hello there. Bye now.");
  });

  it.each(hows)("a fallback is the answer, %s", async (how) => {
    const result = await ask({ wire, place: "user", how }, { kind: "fallback", text: fallback });
    if (wire.dialect.translation === undefined) return checkRefused(result);
    expect([result.status, result.sent.length]).toEqual([200, 0]);
    const head = { status: 200, headers: result.headers };
    expect(Object.values(textsOf(frames(wire.dialect, head, [result.bytes])))).toEqual([fallback]);
  });

  it("loses its role where it has one of its own", async () => {
    const one: Case = { wire, place: placesOf(wire).includes("system") ? "system" : "user", how: "whole" };
    const result = await ask(one, { kind: "demote" });
    const hasRole = [chatWire.name, "ollama-chat"].includes(wire.name) || wire.place === "gateway";
    if (!hasRole) return checkRefused(result);
    expect(result.sent[0]?.body.toString()).toBe(result.asked.replace('"role": "system"', '"role": "user"'));
    expect(result.decided.join()).toMatch(/=demote$/);
  });
});

describe("parts of one message", () => {
  const [left, right] = [
    planted.slice(0, planted.indexOf(word) + 3),
    planted.slice(planted.indexOf(word) + 3),
  ];
  const bodies: readonly (readonly [string, Wire, unknown])[] = [
    ["openai-chat", chatWire, { messages: [{ role: "user", content: [text(left), text(right)] }] }],
    [
      "anthropic",
      anthropicWire,
      { max_tokens: 1, messages: [{ role: "user", content: [text(left), text(right)] }] },
    ],
    ["responses", responsesWire, { input: [{ role: "user", content: [input(left), input(right)] }] }],
    ["gemini", geminiWire, { contents: [{ role: "user", parts: [{ text: left }, { text: right }] }] }],
  ];

  function text(said: string) {
    return { type: "text", text: said };
  }
  function input(said: string) {
    return { type: "input_text", text: said };
  }

  it.each(bodies)("%s: what is found over two of them is cut out of both", async (_name, wire, asked) => {
    const request = { body: JSON.stringify({ model: "m", ...Object(asked) }) };
    const rules = [ruleOn(["llm.request"], { action: { kind: "redact", with: "marker" } })];
    const answer = wire.whole([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");
    const upstream = upstreamOf(wire, "whole", answer);
    const result = await walkGuarded({ wire, how: "whole", rules, request, upstream });
    const sent = result.sent[0]?.body.toString();
    expect(sent).toBe(
      request.body
        .replace(left, left.replace("ZXQ", "[WORD_REDACTED]"))
        .replace(right, right.replace("KEY9", "")),
    );
    const blocked = await walkGuarded({ wire, how: "whole", rules: [ruleOn(["llm.request"])], request });
    expect([blocked.status, blocked.sent.length]).toEqual([400, 0]);
  });
});

describe("parts that are long together", () => {
  it("are none of them too long", async () => {
    const parts = Array.from({ length: 3 }, () => ({ type: "text", text: "words ".repeat(10) }));
    const request = { body: JSON.stringify({ model: "m", messages: [{ role: "user", content: parts }] }) };
    const guard = lengthDetector.create({ charsMax: 100 }, { directory: "/", environment: {} });
    const answer = chatWire.whole([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");
    const upstream = upstreamOf(chatWire, "whole", answer);
    const rules = [ruleOn(["llm.request"], { guard })];
    const result = await walkGuarded({ wire: chatWire, how: "whole", rules, request, upstream });
    expect(result.status).toBe(200);
  });
});
