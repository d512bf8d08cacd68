// Owns the proof that nothing of an agent's own API passes unseen: what is no JSON, what nobody can read, and
// records that are streamed. Knows no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { Guard } from "../../../../core/contracts/guard.ts";
import type { GuardRule } from "../../../../core/filters/guards/rule.ts";
import { guardsFilter } from "../../../../core/filters/guards.ts";
import { sampleExchange } from "../sample-exchange.ts";
import { ruleOn, upstreamOf, walkGuarded, word } from "./walks.ts";
import { jsonWires } from "./wires/agents.ts";
import type { Wire } from "./wires/wire.ts";

const [agentWire, , plainWire] = jsonWires as readonly [Wire, Wire, Wire];
const redacting = { action: { kind: "redact", with: "marker" } } as const;
const fine = agentWire.stream([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");

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
    const answer = isAsked ? upstreamOf(agentWire, "stream", fine) : { headers, steps: [bytes] };
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
