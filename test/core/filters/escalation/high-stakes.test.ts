// Owns the proof that what is at stake is asked for twice: by a person's message at the gateway, by a
// model's call of a tool at the sidecar.

import { describe, expect, it } from "vitest";
import type { Answer } from "../../../../core/contracts/visit.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { Confirmations } from "../../../../core/filters/escalation/confirmation.ts";
import { type RigOptions, rig } from "../../../rig.ts";
import { sampleContext, sampleExchange } from "../sample-exchange.ts";
import { ask, openDesk } from "./desk.ts";

describe("a message", () => {
  const body = { prompt: "Please delete my account" };

  it("is confirmed first, and handed over", async () => {
    const desk = openDesk();
    const first = await ask(desk, body);
    expect(first.sent).toEqual([]);
    expect(first.headers["x-sluice-escalated"]).toBe("high_stakes");
    const answer = JSON.parse(first.bytes.toString());
    expect(answer).toMatchObject({ output: "Do you really mean it?", error: "confirmation_required" });
    expect(answer.confirm).toBe(first.headers["x-task-confirm"]);
    expect(desk.handed).toMatchObject([
      { reason: "high_stakes", summary: "The user's request needs to be confirmed." },
    ]);

    const request = { headers: { "x-task-confirm": answer.confirm } };
    const second = await ask(desk, body, { request });
    expect(second.bytes.toString()).toBe('{"output":"Fine."}');
    expect(desk.confirmed).toEqual(["message"]);
    expect(desk.handed).toHaveLength(1);

    const other = await ask(desk, { prompt: "delete account of my boss" }, { request });
    expect(other.sent).toEqual([]);
  });
});

describe("a confirmation", () => {
  const nowMs = { is: 1_000_000 };
  const made = () => new Confirmations({ key: Buffer.from("key"), withinMs: 60_000, nowMs: () => nowMs.is });
  const exchangeWith = (confirm?: string, session = "session-1") => {
    const exchange = sampleExchange({ headers: confirm === undefined ? {} : { "x-task-confirm": confirm } });
    exchange.context = { ...sampleContext, session };
    return exchange;
  };

  it("is good for one thing, one session, and a while", () => {
    const confirmations = made();
    const word = confirmations.ask(exchangeWith(), "tool transfer_money");
    const isGiven = (said: string, { session = "session-1", what = "tool transfer_money" } = {}) =>
      confirmations.isGiven({ exchange: exchangeWith(said, session), what });
    expect(isGiven(word)).toBe(true);
    expect(isGiven(word, { session: "session-2" })).toBe(false);
    expect(isGiven(word, { what: "tool delete_all" })).toBe(false);
    for (const forged of ["", "x", `z${word}`, `${word}z`, word.toUpperCase(), word.replace(".", "0.")]) {
      expect(isGiven(forged), forged).toBe(false);
    }
    expect(confirmations.isGiven({ exchange: exchangeWith(), what: "tool transfer_money" })).toBe(false);
    nowMs.is += 61_001;
    expect(isGiven(word)).toBe(false);
  });
});

describe("a tool that a model wants to call", () => {
  const call = (name: string) => ({
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "call-1", type: "function", function: { name, arguments: '{"to":"x"}' } }],
        },
        finish_reason: "tool_calls",
      },
    ],
  });
  const chunk = (delta: object) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
  const streamed = (...names: readonly string[]) => [
    chunk({ role: "assistant", content: "Let me do that. " }),
    ...names.map((name, index) =>
      chunk({
        tool_calls: [
          {
            index: 0,
            ...(index === 0 ? { id: "call-1", type: "function" } : {}),
            function: { name, arguments: "" },
          },
        ],
      }),
    ),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"to":"x"}' } }] }),
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] })}\n\n`,
    "data: [DONE]\n\n",
  ];

  function egress(upstream: RigOptions["upstream"], confirm?: string) {
    const desk = openDesk({}, "sidecar");
    const inbound = sampleExchange({ headers: confirm === undefined ? {} : { "x-task-confirm": confirm } });
    inbound.context = sampleContext;
    const walked = rig({
      chain: [desk.outer, desk.inner],
      dialect: openAiChat,
      upstream: upstream ?? {},
      request: {
        path: "/v1/chat/completions",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "pay" }] }),
      },
      onExchange: (exchange) => {
        exchange.inbound = inbound;
      },
    });
    return walked.then((result) => ({ result, desk, inbound, answer: inbound.cutBy as Answer | undefined }));
  }
  const json = (value: object) => ({
    headers: { "content-type": "application/json" },
    steps: [JSON.stringify(value)],
  });
  const events = (steps: readonly string[]) => ({
    headers: { "content-type": "text/event-stream" },
    steps: [...steps],
  });

  it("is not called: the task's caller is asked, the agent refused", async () => {
    const { result, desk, answer } = await egress(json(call("transfer_money")));
    expect(result.outcome.refusal?.code).toBe("confirmation_required");
    expect(result.status).toBe(403);
    expect(JSON.parse(String(answer?.body))).toMatchObject({
      error: "confirmation_required",
      output: "Do you really mean it?",
    });
    expect(desk.handed).toMatchObject([
      { reason: "high_stakes", summary: 'The tool "transfer_money" needs to be confirmed.' },
    ]);
  });

  it("is called once it is confirmed, by the caller of the task alone", async () => {
    const { answer } = await egress(json(call("transfer_money")));
    const { confirm } = JSON.parse(String(answer?.body));
    const again = await egress(json(call("transfer_money")), confirm);
    expect(again.result.outcome.ended).toBe("done");
    expect(again.answer).toBeUndefined();
    expect(again.desk.confirmed).toEqual(["transfer_money"]);
    const other = await egress(json(call("transfer_money")), "forged");
    expect(other.result.outcome.refusal?.code).toBe("confirmation_required");
  });

  it("is none of those listed: nothing changes", async () => {
    const value = call("transfer");
    const { result, desk } = await egress(json(value));
    expect(result.bytes.toString()).toBe(JSON.stringify(value));
    expect(desk.handed).toEqual([]);
  });

  it.each([[["transfer_money"]], [["transfer", "_money"]], [["t", "ransfer_mone", "y"]]])(
    "is stopped in a stream, its name in pieces: %j",
    async (names) => {
      const { result } = await egress(events(streamed(...names)));
      const text = result.bytes.toString();
      expect(text).toContain("Let me do that.");
      expect(text).not.toContain("tool_calls");
      expect(text).toContain("confirmation_required");
      expect(result.outcome).toMatchObject({ ended: "refused" });
    },
  );

  it.each([[["transfer", "_files"]], [["transfer"]], [["search"]]])(
    "passes a stream as it came: %j",
    async (names) => {
      const steps = streamed(...names);
      const { result } = await egress(events(steps));
      expect(result.bytes.toString()).toBe(steps.join(""));
    },
  );

  it("that nobody can confirm is refused", async () => {
    const desk = openDesk({}, "sidecar");
    const result = await rig({
      chain: [desk.outer, desk.inner],
      dialect: openAiChat,
      upstream: json(call("transfer_money")),
      request: { path: "/v1/chat/completions", body: "{}" },
    });
    expect(result.outcome.refusal?.code).toBe("confirmation_required");
    expect(desk.handed[0]?.summary).toContain("nobody can");
  });
});
