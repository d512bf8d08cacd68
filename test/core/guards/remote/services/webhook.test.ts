// Owns the proof that Sluice's own webhook protocol is what docs/guards-remote.md says. No breaker.

import { describe, expect, it } from "vitest";
import type { TextSource } from "../../../../../core/contracts/guard.ts";
import type { JsonValue } from "../../../../../core/contracts/json.ts";
import { ask, at, malformed, played, playServer, whole } from "../asking.ts";
import { openGuard, saying, scan } from "../guard-server.ts";

playServer();

describe("a webhook", () => {
  const adapter = "webhook";

  it("is asked at its very URL, and may allow", async () => {
    played.server.respond = saying({ action: "allow", findings: [{ type: "noted" }] });
    const guard = openGuard({ adapter, url: `${played.server.url}/hook/?team=a` });
    const source: TextSource = { stage: "tool.args", role: "assistant", kind: "tool.args" };
    expect(await scan(guard, "some text", source)).toEqual([]);
    expect(played.server.seen.at(-1)?.path).toBe("/hook/?team=a");
    expect(played.server.seen.at(-1)?.body).toEqual({ ...source, text: "some text" });
  });

  it("may block the whole of it, and say what the caller is told", async () => {
    const answer = { action: "block", message: "Not here." };
    expect((await ask({ adapter, answer })).said).toEqual([
      { ...whole("blocked_content"), message: "Not here." },
    ]);
    const finding = { type: "Trade Secret", score: 0.9, start: 5, end: 9 };
    const placed = { action: "block", findings: [finding] };
    expect((await ask({ adapter, answer: placed })).said).toEqual([
      whole("trade_secret", 0.9),
      at("trade_secret", [5, 9], 0.9),
    ]);
  });

  it("may mask places, in units or in code points", async () => {
    const text = "😀 some text";
    const answer = (start: number, end: number) => ({
      action: "mask",
      findings: [{ type: "word", start, end }],
    });
    expect((await ask({ adapter, answer: answer(3, 7), text })).said).toEqual([at("word", [3, 7])]);
    const own = { offsets: "codepoints" };
    expect((await ask({ adapter, own, answer: answer(2, 6), text })).said).toEqual([at("word", [3, 7])]);
    expect((await ask({ adapter, answer: answer(1, 4), text })).said).toEqual([at("word", [0, 4])]);
  });

  it.each<[string, JsonValue]>([
    ["no action", { findings: [] }],
    ["another action", { action: "maybe" }],
    ["a mask of nothing", { action: "mask", findings: [] }],
    ["a mask of no place", { action: "mask", findings: [{ type: "word" }] }],
    ["half a place", { action: "mask", findings: [{ type: "word", start: 1 }] }],
    ["a place beyond", { action: "block", findings: [{ type: "word", start: 100, end: 101 }] }],
    ["no type", { action: "block", findings: [{ start: 1, end: 2 }] }],
    ["a score that is none", { action: "block", findings: [{ type: "word", score: "high" }] }],
    ["findings that are none", { action: "block", findings: "word" }],
    ["a list", []],
    ["a word", "allow"],
  ])("is not understood: %s", async (_what, answer) => {
    expect((await ask({ adapter, answer })).said).toEqual(malformed);
  });

  it("names types of a bounded set", async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ type: `type ${index}`, start: 0, end: 1 }));
    const { said } = await ask({ adapter, answer: { action: "mask", findings: many } });
    const types = new Set((said as readonly { type: string }[]).map(({ type }) => type));
    expect(types.size).toBe(65);
    expect(types.has("other")).toBe(true);
  });
});
