// Owns the proof that an attempt may ask for another model in its place, and that an answer made here may cut
// an exchange. No sockets.

import { describe, expect, it } from "vitest";
import type { AttemptFilter, Target } from "../../../core/contracts/exchange.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import type { Answer } from "../../../core/contracts/visit.ts";
import { rig, rigTarget } from "../../rig.ts";

const dear = rigTarget(0);
const cheap = rigTarget(1);
const whole = { steps: ["fine\n", ".\n"] };

/** A budget whose line is passed for the first model. */
const line: AttemptFilter = {
  name: "line",
  open: ({ exchange }) => {
    if (exchange.model === "cheap") return undefined;
    exchange.model = "cheap";
    return refuse("model_downgraded");
  },
};

const among = (targets: Readonly<Record<string, readonly Target[]>>) => ({
  attemptChain: [line],
  upstream: [whole, whole],
  request: { body: "hello" },
  onExchange: (exchange: Parameters<NonNullable<Parameters<typeof rig>[0]["onExchange"]>>[0]) => {
    exchange.model = "dear";
    Object.assign(exchange.route, { targets: () => targets[exchange.model ?? ""] ?? [] });
  },
});

describe("a model in another's place", () => {
  it("is asked at its first target, and answers", async () => {
    const { status, sent, exchange } = await rig(among({ dear: [dear, dear], cheap: [cheap, dear] }));
    expect(status).toBe(200);
    expect(sent.map(({ target }) => target)).toEqual(["target-1"]);
    expect(exchange.attempts.map(({ hasReachedUpstream }) => hasReachedUpstream)).toEqual([false, true]);
  });

  it("that cannot be asked for what the call says is why it was refused", async () => {
    const unable: Target = { ...cheap, write: () => refuse("call_uncarried", { message: "Not `seed`." }) };
    const { status, headers, sent } = await rig(among({ dear: [dear], cheap: [unable] }));
    expect([status, headers["x-sluice-refusal"]]).toEqual([400, "call_uncarried"]);
    expect(sent).toEqual([]);
  });

  it("is asked with what a budget has set since", async () => {
    const terms: (number | undefined)[] = [];
    const listening: Target = {
      ...cheap,
      write: (exchange, given) => {
        terms.push(given?.outputTokensMax);
        return cheap.write(exchange, given);
      },
    };
    const setting: AttemptFilter = {
      name: "budgets",
      open: (attempt) => {
        attempt.terms = { outputTokensMax: 7, hint: undefined };
        return undefined;
      },
    };
    await rig({ ...among({ cheap: [listening], dear: [dear] }), attemptChain: [line, setting] });
    expect(terms).toEqual([undefined, 7]);
  });

  it("is not sent where the terms cannot be told", async () => {
    const unable: Target = {
      ...dear,
      write: (exchange, given) => (given === undefined ? dear.write(exchange) : refuse("call_uncarried")),
    };
    const setting: AttemptFilter = {
      name: "budgets",
      open: (attempt) => {
        attempt.terms = { outputTokensMax: 7, hint: undefined };
        return undefined;
      },
    };
    const { status, sent } = await rig({ targets: [unable], attemptChain: [setting], upstream: whole });
    expect([status, sent.length]).toEqual([400, 0]);
  });
});

describe("an answer made here that cuts an exchange", () => {
  const answer: Answer = {
    kind: "answer",
    head: { status: 200, headers: { "content-type": "application/json" } },
    body: Buffer.from('{"status":"completed"}'),
  };

  it("is the answer where none has begun, and the upstream is let go", async () => {
    const { status, bytes, outcome, log } = await rig({
      upstream: { failure: "stall" },
      onExchange: (exchange) => setImmediate(() => exchange.cut(answer)),
    });
    expect([status, bytes.toString(), outcome.ended]).toEqual([200, '{"status":"completed"}', "done"]);
    expect(log).toContain("abort");
  });

  it("is the answer before the body of the request is there", async () => {
    const chain = [
      { name: "reads", wantsCall: true, open: () => ({ kind: "visit", call: () => undefined }) as const },
    ];
    const { bytes } = await rig({ chain, onExchange: (exchange) => exchange.cut(answer) });
    expect(bytes.toString()).toBe('{"status":"completed"}');
  });

  it("resets one that has begun: it is never taken for a whole one", async () => {
    const { isWhole, outcome } = await rig({
      upstream: { steps: ["one\n", { is: "pause" }, { is: "pause" }, { is: "stall" }] },
      onExchange: (exchange) => setTimeout(() => exchange.cut(answer), 20),
    });
    expect([isWhole, outcome.ended, outcome.isCommitted]).toEqual([false, "ended", true]);
  });

  it("is the only one: what comes later cuts nothing", async () => {
    const { status, outcome } = await rig({
      upstream: { failure: "stall" },
      onExchange: (exchange) =>
        setImmediate(() => {
          exchange.cut(answer);
          exchange.cut(refuse("wall_clock_exceeded"));
        }),
    });
    expect([status, outcome.refusal]).toEqual([200, undefined]);
  });
});
