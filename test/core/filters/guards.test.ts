// Owns the proof of what the guards' filter does around texts: what it wants of an exchange, what nobody can
// read, when it asks again. Knows no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { Guard } from "../../../core/contracts/guard.ts";
import type { GuardRule } from "../../../core/filters/guards/rule.ts";
import { guardsFilter } from "../../../core/filters/guards.ts";
import { deltasOf, frames as framesOf, textsOf } from "../dialects/answers.ts";
import { harmless, ruleOn, upstreamOf, walkGuarded, word } from "./guards/walks.ts";
import { jsonWires } from "./guards/wires/agents.ts";
import { anthropicWire } from "./guards/wires/anthropic.ts";
import { chatWire } from "./guards/wires/chat.ts";
import { geminiWire } from "./guards/wires/gemini.ts";
import type { Wire } from "./guards/wires/wire.ts";
import { wordGuard } from "./guards/word-detector.ts";
import { sampleExchange } from "./sample-exchange.ts";

const [agentWire, , plainWire] = jsonWires as readonly [Wire, Wire, Wire];
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

describe("an agent's own API", () => {
  const walk = (
    on: "edge.request" | "edge.answer",
    type: string,
    bytes: string | Buffer,
    more: Partial<GuardRule> = {},
  ) => {
    const rules = [ruleOn([on], { ...redacting, ...more })];
    const headers = { "content-type": type };
    const isAsked = on === "edge.request";
    const request = isAsked ? { body: bytes, headers } : {};
    const answer = isAsked ? upstream("Fine.", agentWire) : { headers, steps: [bytes] };
    return walkGuarded({ wire: agentWire, how: "whole", rules, request, upstream: answer });
  };
  const types = [
    "application/octet-stream",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
  ];

  it.each(types)("%s does not pass unseen", async (type) => {
    const asked = await walk("edge.request", type, `a=${word}`);
    expect([asked.status, asked.headers["x-sluice-refusal"], asked.sent.length]).toEqual([
      403,
      "input_uninspectable",
      0,
    ]);
    const answered = await walk("edge.answer", type, `a=${word}`);
    expect([answered.status, answered.headers["x-sluice-refusal"]]).toEqual([403, "answer_uninspectable"]);
    const flags = { onUninspectable: "flag" } as const;
    const passed = await walk("edge.request", type, `a=${word}`, flags);
    expect([passed.sent[0]?.body.toString(), passed.decided]).toEqual([
      `a=${word}`,
      ["words@edge.request=flag"],
    ]);
    const seen = await walk("edge.answer", type, `a=${word}`, flags);
    expect([seen.bytes.toString(), seen.decided]).toEqual([`a=${word}`, ["words@edge.answer=flag"]]);
  });

  it.each(["text/plain", "text/html; charset=utf-8", "text/csv"])("%s is one text", async (type) => {
    const asked = await walk("edge.request", type, `a ${word} b`);
    expect(asked.sent[0]?.body.toString()).toBe("a [WORD_REDACTED] b");
    const answered = await walk("edge.answer", type, `a ${word} b`);
    expect(answered.bytes.toString()).toBe("a [WORD_REDACTED] b");
    const latin = await walk("edge.answer", type, Buffer.from(`caf\xe9 ${word}`, "latin1"));
    expect(latin.headers["x-sluice-refusal"]).toBe("answer_uninspectable");
  });

  it("is refused where it is encoded, or asks to become something else", async () => {
    const encoded = { "content-type": "text/plain", "content-encoding": "gzip" };
    const rules = [ruleOn(["edge.answer"])];
    const answer = { headers: encoded, steps: [Buffer.of(0x1f, 0x8b, 0x08)] };
    const result = await walkGuarded({ wire: plainWire, how: "whole", rules, upstream: answer });
    expect(result.headers["x-sluice-refusal"]).toBe("answer_uninspectable");
    const filter = guardsFilter({
      ...{ place: "gateway", rules, key: Buffer.alloc(8) },
      watch: { found: () => {}, decided: () => {} },
    });
    const exchange = sampleExchange();
    Object.assign(exchange.head.headers, { upgrade: "websocket" });
    expect(Object.keys(filter.open(exchange) ?? {})).toContain("call");
  });

  it("is read record by record as well, where its stream may hold many", async () => {
    const records = [`a ${word}`, "b", word, "9", word]
      .map((name) => `${JSON.stringify({ name })}\n`)
      .join("");
    const rules = [ruleOn(["edge.answer"], { ...redacting, guard: exactly(word) })];
    const answer = { headers: { "content-type": "application/x-ndjson" }, steps: [records] };
    const result = await walkGuarded({ wire: agentWire, how: "whole", rules, upstream: answer });
    expect(result.bytes.toString()).toBe(records.replaceAll(word, "[WORD_REDACTED]"));
  });
});

/** Only where no letter or digit stands beside it, as most detectors have it. */
function exactly(text: string): Guard {
  return {
    scan() {
      let read = "";
      return {
        push(piece) {
          read += piece;
          return { findings: [], decided: 0 };
        },
        end: () =>
          [...read.matchAll(new RegExp(`(?<![A-Za-z0-9])${text}(?![A-Za-z0-9])`, "g"))].map(({ index }) => ({
            ...{ type: "word", score: 1, method: "pattern" as const },
            ...{ start: index, end: index + text.length },
          })),
      };
    },
  };
}

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
