// Owns the proof of what the guards' filter does around texts: what it wants of an exchange, what nobody can
// read, when it asks again. Knows no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { AttemptFilter } from "../../../core/contracts/exchange.ts";
import { noUsage } from "../../../core/contracts/frame.ts";
import type { Guard } from "../../../core/contracts/guard.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import type { GuardRule } from "../../../core/filters/guards/rule.ts";
import { guardsFilter } from "../../../core/filters/guards.ts";
import { deltasOf, frames as framesOf, textsOf } from "../dialects/answers.ts";
import { harmless, ruleOn, upstreamOf, walkGuarded, word } from "./guards/walks.ts";
import { anthropicWire } from "./guards/wires/anthropic.ts";
import { chatWire } from "./guards/wires/chat.ts";
import { geminiWire } from "./guards/wires/gemini.ts";
import { wordGuard } from "./guards/word-detector.ts";
import { sampleExchange } from "./sample-exchange.ts";

const redacting = { action: { kind: "redact", with: "marker" } } as const;
const saying = (text: string) => [{ kind: "text", choice: 0, pieces: [text] }] as const;
const streamed = (text: string, wire = chatWire) => wire.stream(saying(text), "plain");
const upstream = (text: string, wire = chatWire) => upstreamOf(wire, "stream", streamed(text, wire));

/** Decides at the end, as a classifier does. */
const whole: Guard = {
  scan() {
    let text = "";
    return {
      push: (piece) => {
        text += piece;
        return { findings: [], decided: 0 };
      },
      end: () => wordGuard(word).scan({ stage: "llm.answer", role: "", kind: "" })?.push(text).findings ?? [],
    };
  },
};

describe("the filter", () => {
  const watch = { found: () => {}, decided: () => {} };
  const open = async (rule: GuardRule, more = {}) => {
    const filter = guardsFilter({ place: "sidecar", rules: [rule], watch, key: Buffer.alloc(8), ...more });
    const visit = await filter.open(sampleExchange());
    return visit?.kind === "visit" ? Object.keys(visit).sort() : visit;
  };

  it("wants no more of an exchange than its guards do", async () => {
    expect(await open(ruleOn(["llm.request"]))).toEqual(["call", "close", "kind", "mayEdit"]);
    expect(await open(ruleOn(["llm.answer"]))).toEqual([
      "close",
      "flush",
      "frame",
      "head",
      "kind",
      "mayEdit",
    ]);
    const named = ruleOn(["llm.request"], { action: { kind: "redact", with: "placeholder" } });
    expect(await open(named)).toEqual(["call", "close", "flush", "frame", "head", "kind", "mayEdit"]);
  });

  it("opens for as many exchanges as its guards are to look at", async () => {
    expect(await open(ruleOn(["llm.answer"], { sample: 0 }))).toBeUndefined();
    const ids = Array.from({ length: 400 }, (_, at) => `id-${at}`);
    const filter = guardsFilter({
      ...{ place: "sidecar", watch, key: Buffer.alloc(8) },
      rules: [ruleOn(["llm.answer"], { sample: 0.25 })],
    });
    const opened = ids.filter((id) => filter.open(Object.assign(sampleExchange(), { id })) !== undefined);
    expect(opened.length).toBeGreaterThan(60);
    expect(opened.length).toBeLessThan(140);
  });
});

describe("a guard that needs the whole answer", () => {
  const rule = (stream: GuardRule["stream"]) =>
    ruleOn(["llm.answer"], { guard: whole, isWhole: true, stream });
  const walk = (stream: GuardRule["stream"], text: string, more: Partial<GuardRule> = {}) => {
    const rules = [{ ...rule(stream), ...more }];
    return walkGuarded({ wire: chatWire, how: "stream", rules, upstream: upstream(text) });
  };

  it("holds it", async () => {
    const { bytes, status } = await walk("hold", `It is ${word}.`, redacting);
    expect([status, bytes.includes(word), bytes.includes("[WORD_REDACTED]")]).toEqual([200, false, true]);
  });

  it("refuses streams, though it looks at no request", async () => {
    const { status, headers, sent } = await walk("refuse", "Fine.");
    expect([status, headers["x-sluice-refusal"], sent.length]).toEqual([403, "stream_denied", 0]);
    const unstreamed = { wire: chatWire, how: "whole", rules: [rule("refuse")] } as const;
    const body = chatWire.whole(saying("Fine."), "plain");
    const passed = await walkGuarded({ ...unstreamed, upstream: upstreamOf(chatWire, "whole", body) });
    expect(passed.bytes.equals(body)).toBe(true);
    expect((await walk("refuse", "Fine.", { mode: "shadow" })).status).toBe(200);
  });

  it("or stops it at its end, when all but the end is out", async () => {
    const { bytes, outcome } = await walk("check-at-end", `It is ${word}.`, redacting);
    const deltas = deltasOf(framesOf(chatWire.dialect, { status: 200, headers: sse }, [bytes]));
    expect(outcome.refusal?.code).toBe("blocked_content");
    expect(deltas.map(({ kind }) => kind)).not.toContain("end");
    expect(bytes.includes(word)).toBe(true);
  });
});

const sse = { "content-type": "text/event-stream" };

describe("asking again", () => {
  const action = { kind: "repair", hint: undefined } as const;
  const rules = [ruleOn(["llm.answer"], { action })];

  it("is done once, and the second answer is blocked", async () => {
    const both = [upstream(`It is ${word}.`), upstream(`No, it is ${word}.`)];
    const { status, sent, decided, bytes } = await walkGuarded({
      wire: chatWire,
      how: "stream",
      rules,
      upstream: both,
    });
    expect([status, sent.length, decided]).toEqual([400, 2, ["words@llm.answer=block"]]);
    expect(bytes.toString()).not.toContain(word);
    expect(sent[1]?.body.toString()).toContain("Your last answer was not accepted (word).");
  });

  it("tells the finding, and what became of it", async () => {
    const both = [upstream(`It is ${word}.`), upstream("Fine.")];
    const result = await walkGuarded({ wire: chatWire, how: "stream", rules, upstream: both });
    expect(result.bytes.equals(streamed("Fine."))).toBe(true);
    expect(result.told).toMatchObject([{ action: "repair", text: word, isShadow: false }]);
    expect(result.exchange.guarded).toEqual([
      { guard: "words", stage: "llm.answer", action: "repair", escalates: false },
    ]);
  });
});

describe("what nobody can read", () => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: [image] }] });
  const ask = (more: Partial<GuardRule>) => {
    const rules = [ruleOn(["llm.request"], more)];
    return walkGuarded({
      wire: chatWire,
      how: "stream",
      rules,
      request: { body },
      upstream: upstream("Fine."),
    });
  };

  it("is refused in a request, or flagged, or no business of the guard", async () => {
    const refused = await ask({});
    expect([refused.status, refused.headers["x-sluice-refusal"]]).toEqual([403, "input_uninspectable"]);
    expect(refused.told).toMatchObject([{ source: { kind: "image" }, finding: { type: "uninspectable" } }]);
    expect((await ask({ onUninspectable: "flag" })).decided).toEqual(["words@llm.request=flag"]);
    expect((await ask({ onUninspectable: "ignore" })).decided).toEqual([]);
    expect((await ask({ mode: "shadow" })).decided).toEqual(["words@llm.request=flag"]);
  });

  it("is told from what a tool gives back", async () => {
    const source = { type: "base64", media_type: "image/png", data: "AAAA" };
    const result = { type: "tool_result", tool_use_id: "t1", content: [{ type: "image", source }] };
    const given = JSON.stringify({
      model: "m",
      max_tokens: 1,
      messages: [{ role: "user", content: [result] }],
    });
    const answer = upstream("Fine.", anthropicWire);
    const walk = { wire: anthropicWire, how: "stream", request: { body: given }, upstream: answer } as const;
    const seen = await walkGuarded({ ...walk, rules: [ruleOn(["tool.result"])] });
    expect(seen.headers["x-sluice-refusal"]).toBe("input_uninspectable");
    expect((await walkGuarded({ ...walk, rules: [ruleOn(["llm.request"])] })).status).toBe(200);
  });

  it("is refused in an answer, be it a model's or a tool's", async () => {
    const part = { inlineData: { mimeType: "image/png", data: "AAAA" } };
    const candidate = { content: { parts: [part], role: "model" }, finishReason: "STOP", index: 0 };
    const image = { headers: sse, steps: [`data: ${JSON.stringify({ candidates: [candidate] })}\r\n\r\n`] };
    const rules = [ruleOn(["llm.answer"])];
    const made = await walkGuarded({ wire: geminiWire, how: "stream", rules, upstream: image });
    expect([made.status, made.headers["x-sluice-refusal"]]).toEqual([403, "answer_uninspectable"]);
    const flags = [ruleOn(["llm.answer"], { onUninspectable: "flag" })];
    const flagged = await walkGuarded({ wire: geminiWire, how: "stream", rules: flags, upstream: image });
    expect([flagged.status, flagged.decided]).toEqual([200, ["words@llm.answer=flag"]]);
  });
});

describe("an early end", () => {
  it("comes after what was held, and closes what that has opened", async () => {
    const said = [
      { kind: "text", choice: 0, pieces: ["It is ZX"] },
      { kind: "tool.args", choice: 0, pieces: ["wea", "ther"] },
    ] as const;
    const body = anthropicWire.stream(said, "plain").toString();
    const begun = body.slice(0, body.indexOf("ther"));
    const cut = begun.slice(0, begun.lastIndexOf("\n\n") + 2);
    const otherwise = refuse("budget_exceeded");
    let left = cut.split("\n\n").length - 1;
    const ends: AttemptFilter = {
      name: "ends",
      open: () => ({
        kind: "visit",
        frame: (frame) => {
          left -= 1;
          return left === 0 ? { kind: "ending", reason: "length", usage: noUsage, otherwise } : frame;
        },
      }),
    };
    const result = await walkGuarded({
      ...{ wire: anthropicWire, how: "stream", rules: [ruleOn(["llm.answer"], redacting)] },
      attemptChain: [ends],
      upstream: { headers: sse, steps: [cut, { is: "stall" }] },
    });
    expect(result.outcome.ended).toBe("ended");
    const events = [
      ...result.bytes.toString().matchAll(/"type":"(content_block_st\w+|message_stop)"(?:,"index":(\d))?/g),
    ];
    expect(events.map(([, type, index]) => `${type} ${index ?? ""}`.trim())).toEqual([
      ...["content_block_start 0", "content_block_stop 0"],
      ...["content_block_start 1", "content_block_stop 1", "message_stop"],
    ]);
  });
});

describe("several guards", () => {
  it("each do their own, and a shadow only tells", async () => {
    const rules = [
      ruleOn(["llm.answer"], { name: "a", guard: wordGuard("alpha"), ...redacting }),
      ruleOn(["llm.answer"], { name: "b", guard: wordGuard("phabet"), action: { kind: "strip" } }),
      ruleOn(["llm.answer"], { name: "c", guard: wordGuard("gamma"), mode: "shadow" }),
    ];
    const answer = upstream("alphabet, alpha and gamma", anthropicWire);
    const result = await walkGuarded({
      wire: anthropicWire,
      how: "stream",
      rules,
      texts: harmless,
      upstream: answer,
    });
    const now = framesOf(anthropicWire.dialect, result, [result.bytes]);
    expect(textsOf(now)).toEqual({ "text 0": "[WORD_REDACTED], [WORD_REDACTED] and gamma" });
    expect(result.decided.toSorted()).toEqual([
      "a@llm.answer=redact",
      "b@llm.answer=strip",
      "c@llm.answer=flag",
    ]);
  });
});
