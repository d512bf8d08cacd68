// Owns the proof that what is cut over texts which a model reads one after the other is found, once, and that
// no more is read again for it than lies where they meet. Knows no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import { type Guard, stages } from "../../../../core/contracts/guard.ts";
import type { GuardRule } from "../../../../core/filters/guards/rule.ts";
import { code, type Guarded, harmless, ruleOn, upstreamOf, walkGuarded, word } from "./walks.ts";
import { anthropicWire, converseWire } from "./wires/anthropic.ts";
import { chatWire } from "./wires/chat.ts";
import { geminiWire } from "./wires/gemini.ts";
import { responsesWire } from "./wires/responses.ts";
import type { Wire } from "./wires/wire.ts";
import { wordGuard } from "./word-detector.ts";

type Members = Readonly<Record<string, JsonValue>>;

const [left, right] = [`say ${word.slice(0, 3)}`, `${word.slice(3)}, please`];
const halves = [left, right];

/** `members` in the place of those that the wire would write. */
function ask(wire: Wire, members: Members, rule: Partial<GuardRule> = {}): Promise<Guarded> {
  const plain = Object(wire.asked.body({ ...harmless, system: "" }, "whole"));
  const answer = wire.whole([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");
  return walkGuarded({
    ...{ wire, how: "whole" },
    request: { body: JSON.stringify({ ...plain, ...members }) },
    upstream: upstreamOf(wire, "whole", answer),
    rules: [ruleOn(stages, rule)],
  });
}

function text(said: string, more: Members = {}): Members {
  return { type: "text", text: said, ...more };
}

function user(content: JsonValue, more: Members = {}): Members {
  return { role: "user", content, ...more };
}

describe("what is cut in two", () => {
  const cases: readonly (readonly [string, Wire, Members])[] = [
    ["messages", chatWire, { messages: halves.map((half) => user(half)) }],
    ["messages with names", chatWire, { messages: halves.map((half) => user(half, { name: "x" })) }],
    ["parts, one with another member", chatWire, { messages: [user([text(left, { x: "-" }), text(right)])] }],
    ["parts of two messages", chatWire, { messages: halves.map((half) => user([text(half)])) }],
    ["a string, then parts", chatWire, { messages: [user(left), user([text(right)])] }],
    [
      "system, then developer",
      chatWire,
      {
        messages: [
          { role: "system", content: left },
          { role: "developer", content: right },
        ],
      },
    ],
    ["parts around nothing", chatWire, { messages: [user([text(left), text("\u200b"), text(right)])] }],
    [
      "parts, one with metadata",
      geminiWire,
      { contents: [{ role: "user", parts: [{ text: left, partMetadata: { x: "-" } }, { text: right }] }] },
    ],
    [
      "parts around a citation",
      anthropicWire,
      { messages: [user([text(left, { citations: [{ cited_text: "-" }] }), text(right)])] },
    ],
    [
      "text, then what is guarded",
      converseWire,
      { messages: [user([{ text: left }, { guardContent: { text: { text: right } } }])] },
    ],
    [
      "instructions, then what a developer says",
      responsesWire,
      { instructions: left, input: [{ role: "developer", content: right }] },
    ],
  ];

  it.each(cases)("%s", async (_what, wire, members) => {
    const blocked = await ask(wire, members);
    expect([blocked.headers["x-sluice-refusal"], blocked.sent.length]).toEqual([code, 0]);
    const flagged = await ask(wire, members, { action: { kind: "flag" } });
    expect(flagged.told.map(({ text }) => text)).toEqual([word]);
    const redacted = await ask(wire, members, { action: { kind: "redact", with: "marker" } });
    const sent = String(redacted.sent[0]?.body);
    expect(sent).toContain('"say [WORD_REDACTED]"');
    expect(sent).toContain('", please"');
  });

  it("costs each of them its role", async () => {
    const messages = [
      { role: "system", content: "Be kind." },
      { role: "system", content: left },
      { role: "developer", content: right },
    ];
    const demoted = await ask(chatWire, { messages }, { action: { kind: "demote" } });
    const [kind, ...rest] = messages;
    expect(JSON.parse(String(demoted.sent[0]?.body)).messages).toEqual([
      kind,
      ...rest.map(({ content }) => ({ role: "user", content })),
    ]);
    const system = [text(left), text(right)];
    const refused = await ask(anthropicWire, { system }, { action: { kind: "demote" } });
    expect([refused.headers["x-sluice-refusal"], refused.sent.length]).toEqual([code, 0]);
  });

  it("is not what somebody else says in between", async () => {
    const messages = [user(left), { role: "assistant", content: "Yes?" }, user(right)];
    expect((await ask(chatWire, { messages })).status).toBe(200);
  });
});

/** Finds all of a text that holds the word, as a classifier does with a window. */
const windowGuard: Guard = {
  scan: () => {
    let all = "";
    return {
      push: (piece) => {
        all += piece;
        return { findings: [], decided: 0 };
      },
      end: () =>
        all.includes(word) ? [{ type: "window", start: 0, end: all.length, score: 1, method: "bound" }] : [],
    };
  },
};

describe("what was found in one of them", () => {
  it("is not told again of both", async () => {
    const messages = [user(`say ${word}`), user("please")];
    const rule = { guard: windowGuard, action: { kind: "flag" } } as const;
    const { told } = await ask(chatWire, { messages }, rule);
    expect(told.map(({ text: said }) => said)).toEqual([`say ${word}`]);
    const split = await ask(chatWire, { messages: halves.map((half) => user(half)) }, rule);
    expect(split.told.map(({ text: said }) => said)).toEqual([left + right]);
  });

  it("does not hide what is cut over both", async () => {
    const messages = [user(`QQQ, ${left}`), user(right)];
    const rule = { guard: wordGuard("QQQ", word), action: { kind: "flag" } } as const;
    const { told } = await ask(chatWire, { messages }, rule);
    expect(told.map(({ text: said }) => said)).toEqual(["QQQ", word]);
  });
});

describe("what is read again", () => {
  async function unitsRead(messages: Members[]): Promise<number> {
    let units = 0;
    const counting: Guard = {
      scan: () => ({
        push: ({ length }) => {
          units += length;
          return { findings: [], decided: 0 };
        },
        end: () => [],
      }),
    };
    const { status } = await ask(chatWire, { messages }, { guard: counting, on: new Set(["llm.request"]) });
    expect(status).toBe(200);
    return units;
  }

  it("is nothing of a conversation", async () => {
    const turns = Array.from({ length: 40 }, (_, at) => ({
      role: at % 2 === 0 ? "user" : "assistant",
      content: "words ".repeat(20),
    }));
    expect(await unitsRead(turns)).toBe(40 * 120);
  });

  it("is what lies at the ends of long texts", async () => {
    const long = 60_000;
    const read = await unitsRead(Array.from({ length: 4 }, () => user("a".repeat(long))));
    expect(read).toBe(4 * long + 3 * 2 * 2_048);
  });
});
