// Owns the proof of the guards' bounds, and of what follows where they cannot decide: closed, or open and
// counted. Knows no detector but the tests' own.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import type { Guard, Scan, Unable } from "../../../../core/contracts/guard.ts";
import { pieceUnits } from "../../../../core/filters/guards/alone.ts";
import { heldBytesMax } from "../../../../core/filters/guards/answer.ts";
import { Channel, heldUnitsMax } from "../../../../core/filters/guards/channel.ts";
import type { GuardRule } from "../../../../core/filters/guards/rule.ts";
import { plainView } from "../../../../core/filters/guards/view.ts";
import { channelsMax } from "../../../../core/filters/guards/voices.ts";
import { type Guarded, ruleOn, upstreamOf, walkGuarded, word } from "./walks.ts";
import { jsonWires } from "./wires/agents.ts";
import { chatWire } from "./wires/chat.ts";
import { responsesWire } from "./wires/responses.ts";
import { event, type Wire } from "./wires/wire.ts";
import { wordGuard } from "./word-detector.ts";

const headers = { "content-type": "text/event-stream" };
const redacting = { action: { kind: "redact", with: "marker" } } as const;
const never: Scan = { findings: [], decided: 0 };

/** Waits for the end, and then says so. */
function undecided(last: Unable | readonly [] = []): Guard {
  return { scan: () => ({ push: () => never, end: () => last }) };
}

const open = { onFailure: "open" } as const;
const unavailable = (result: Guarded) => [result.outcome.refusal?.code, result.decided];

const chunk = (content: string): string =>
  event({ choices: [{ index: 0, delta: { content } as JsonValue, finish_reason: null }] });

async function walk(
  wire: Wire,
  rule: Partial<GuardRule>,
  steps: readonly (string | Buffer)[],
): Promise<Guarded> {
  const rules = [ruleOn(["llm.answer", "edge.answer"], { ...redacting, ...rule })];
  const result = await walkGuarded({ wire, how: "stream", rules, upstream: { headers, steps } });
  expect(result.bugs).toEqual([]);
  return result;
}

describe("a text that nobody decides on", () => {
  const piece = "all is well ".repeat(4096);
  const steps = Array.from({ length: Math.ceil(heldUnitsMax / piece.length) + 2 }, () => chunk(piece));
  const end = `${event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}data: [DONE]\n\n`;

  it("is held up to a bound, and refused there", async () => {
    const result = await walk(chatWire, { guard: undecided() }, [...steps, end]);
    expect(unavailable(result)).toEqual(["guard_unavailable", ["words@llm.answer=fail_closed"]]);
    expect(result.status).toBe(400);
  });

  it("passes there where the policy leaves it open, which is counted", async () => {
    const result = await walk(chatWire, { guard: undecided(), ...open }, [...steps, end]);
    expect(unavailable(result)).toEqual([undefined, ["words@llm.answer=fail_open"]]);
    expect(result.bytes.length).toBe(Buffer.byteLength(steps.join("") + end));
  });

  it("is not held by those that have decided", async () => {
    const rules = [
      ruleOn(["llm.answer"], redacting),
      ruleOn(["llm.answer"], { guard: undecided(), ...open }),
    ];
    const all = [...steps, chunk(`${word}.`), end];
    const result = await walkGuarded({
      wire: chatWire,
      how: "stream",
      rules,
      upstream: { headers, steps: all },
    });
    expect(result.bytes.includes(word)).toBe(false);
    expect(result.bytes.includes("[WORD_REDACTED].")).toBe(true);
  });
});

describe("frames that wait for one", () => {
  const first = chunk("ZX");
  const other = event({
    choices: [{ index: 1, delta: { content: "b".repeat(900_000) }, finish_reason: null }],
  });
  const steps = [first, ...Array.from({ length: Math.ceil(heldBytesMax / other.length) + 1 }, () => other)];

  it("are held up to a bound, and refused there", async () => {
    expect(unavailable(await walk(chatWire, {}, steps))[0]).toBe("guard_unavailable");
  });

  it("pass there where the policy leaves it open", async () => {
    const last = event({ error: { message: "over" } });
    const result = await walk(chatWire, open, [...steps, last]);
    expect(result.decided).toEqual(["words@llm.answer=fail_open"]);
    expect(result.bytes.length).toBe(Buffer.byteLength(steps.join("") + last));
  });

  it("are not held for ever where an answer may be replaced", async () => {
    const rule = { action: { kind: "fallback", text: "No." } } as const;
    expect(unavailable(await walk(chatWire, rule, steps))[0]).toBe("guard_unavailable");
    const last = event({ error: { message: "over" } });
    const result = await walk(chatWire, { ...rule, ...open }, [...steps, last]);
    expect(result.bytes.length).toBe(Buffer.byteLength(steps.join("") + last));
  });
});

describe("texts side by side", () => {
  const annotation = (at: number): string =>
    event({
      type: "response.output_text.annotation.added",
      output_index: Math.floor(at / 4096),
      content_index: 0,
      annotation_index: at % 4096,
      annotation: { type: "url_citation", title: `t${at}` },
    });
  const steps = Array.from({ length: channelsMax + 1 }, (_, at) => annotation(at));
  const rule = { on: new Set(["tool.result"] as const) };

  it("are read up to a bound, and refused there", async () => {
    const result = await walk(responsesWire, rule, steps);
    expect(result.outcome.refusal?.code).toBe("guard_unavailable");
  });

  it("pass there where the policy leaves it open, which is counted", async () => {
    const result = await walk(responsesWire, { ...rule, ...open }, steps);
    expect(result.decided).toEqual(["words@tool.result=fail_open"]);
  });

  it("may be as many as a whole body has room for: none of them goes on", async () => {
    const [wire] = jsonWires as readonly [Wire];
    const body = JSON.stringify(Array.from({ length: 3 * channelsMax }, (_, at) => `${word} ${at}`));
    const rules = [ruleOn(["edge.answer"], redacting)];
    const upstream = upstreamOf(wire, "whole", Buffer.from(body), 65_536);
    const result = await walkGuarded({ wire, how: "whole", rules, upstream });
    expect(result.bytes.toString()).toBe(body.replaceAll(word, "[WORD_REDACTED]"));
  });
});

describe("a guard that cannot decide", () => {
  const because = ["timeout", "unreachable", "malformed", "overloaded"] as const;
  const answer = chatWire.stream([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");

  it.each(because)("%s: refuses, or is left open and counted", async (why) => {
    const guard = undecided({ kind: "unable", because: why });
    const refused = await walk(chatWire, { guard }, [answer]);
    expect([refused.status, refused.headers["retry-after"], ...unavailable(refused)]).toEqual([
      ...[503, "1", "guard_unavailable"],
      ["words@llm.answer=fail_closed"],
    ]);
    const passed = await walk(chatWire, { guard, ...open }, [answer]);
    expect([passed.bytes.equals(answer), passed.decided]).toEqual([true, ["words@llm.answer=fail_open"]]);
    const shadow = await walk(chatWire, { guard, mode: "shadow" }, [answer]);
    expect([shadow.bytes.equals(answer), shadow.decided]).toEqual([true, ["words@llm.answer=fail_open"]]);
  });

  it("on a request: the same", async () => {
    const guard = undecided({ kind: "unable", because: "timeout" });
    const rules = [ruleOn(["llm.request"], { guard })];
    const upstream = { headers, steps: [answer] };
    const result = await walkGuarded({ wire: chatWire, how: "stream", rules, upstream });
    expect([result.status, result.sent.length]).toEqual([503, 0]);
    const passes = [ruleOn(["llm.request"], { guard, ...open })];
    expect((await walkGuarded({ wire: chatWire, how: "stream", rules: passes, upstream })).decided).toEqual([
      "words@llm.request=fail_open",
    ]);
  });
});

describe("a guard that throws", () => {
  const boom = new Error(`it holds ${word}`);
  const throwing: readonly (readonly [string, Guard])[] = [
    ["as it is made", { scan: () => fail() }],
    ["as it reads", { scan: () => ({ push: fail, end: () => [] }) }],
    ["at the end", { scan: () => ({ push: () => never, end: fail }) }],
    ["later", { scan: () => ({ push: () => never, end: () => Promise.reject(boom) }) }],
  ];
  function fail(): never {
    throw boom;
  }

  it.each(throwing)("%s is a bug, and nothing passes", async (_when, guard) => {
    const answer = chatWire.stream([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");
    for (const stage of ["llm.request", "llm.answer"] as const) {
      const rules = [ruleOn([stage], { guard, ...open })];
      const upstream = { headers, steps: [answer] };
      const result = await walkGuarded({ wire: chatWire, how: "stream", rules, upstream });
      expect([result.outcome.ended, result.bugs]).toEqual(["bug", [boom]]);
      expect(result.bytes.toString()).not.toContain("Fine.");
      expect(result.bytes.toString()).not.toContain(word);
    }
  });
});

describe("a long text", () => {
  it("leaves others their turns, however many guards read it", async () => {
    const guards = 6;
    const burnMs = 6;
    const burning: Guard = {
      scan: () => ({
        push: (text) => {
          const endsAt = performance.now() + burnMs;
          while (performance.now() < endsAt);
          return { findings: [], decided: text.length };
        },
        end: () => [],
      }),
    };
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const pieces = 4;
    const examiner = () => ({
      scanner: burning.scan({ stage: "llm.request", role: "user", kind: "text" }) ?? {
        push: () => never,
        end: () => [],
      },
      ...{ guard: "words", isWhole: false, isLate: false },
      judge: () => ({ kind: "pass" }) as const,
      overdue: () => ({ kind: "stop" }) as const,
      failed: () => ({ kind: "stop" }) as const,
    });
    const channel = new Channel(Array.from({ length: guards }, examiner), plainView);
    await channel.push("a".repeat(pieces * pieceUnits));
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(pieces * guards - 1);
  });

  it("is read in time that grows with its length, whatever is found in it", async () => {
    let units = 0;
    const guard = wordGuard(word);
    const counting: Guard = {
      scan(source) {
        const scanner = guard.scan(source);
        if (scanner === undefined) return undefined;
        const push = (piece: string) => {
          units += piece.length;
          return scanner.push(piece);
        };
        return { push, end: () => scanner.end() };
      },
    };
    const text = `${word} and `.repeat(50_000);
    const rules = [ruleOn(["llm.request"], { guard: counting, ...redacting })];
    const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: text }] });
    const answer = chatWire.whole([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");
    const upstream = upstreamOf(chatWire, "whole", answer);
    const result = await walkGuarded({ wire: chatWire, how: "whole", rules, upstream, request: { body } });
    expect(result.sent[0]?.body.toString()).toBe(body.replaceAll(word, "[WORD_REDACTED]"));
    expect(units).toBe(text.length);
  });
});
