// Owns guards over real sockets: at the edge and in the pod, values that come back, and that nothing of what
// is found is told. Knows no guard's ways.

import { afterEach, describe, expect, it } from "vitest";
import { startOtlpSink } from "../otlp-sink.ts";
import { guardText, useText } from "./guarded.ts";
import { apiKey, startWorld, type World } from "./world.ts";

const word = "ZXQKEY9";
let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

interface Used {
  readonly name: string;
  readonly action: string;
  readonly on: readonly string[];
  readonly word?: string;
  readonly more?: string;
}

function guarded(uses: readonly Used[], more: Parameters<typeof startWorld>[0] = {}): Promise<World> {
  const documents = uses.map(({ name, action, more: rest, word: found = word }) =>
    guardText({ name, word: found, action, ...(rest !== undefined && { more: rest }) }),
  );
  const agentSpec = `  guards:\n${uses.map(({ name, on }) => useText(name, on)).join("\n")}`;
  return startWorld({ ...more, documents: documents.join("\n"), agentSpec });
}

const ask = (body: string, headers: Record<string, string>): Promise<Response> =>
  fetch(`${world?.agentUrl}/run`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
    body,
  });
const prompt = (text: string, headers: Record<string, string> = {}): Promise<Response> =>
  ask(JSON.stringify({ prompt: text }), headers);

describe("at the edge", () => {
  it("a block is problem+json, before the agent hears of it", async () => {
    world = await guarded([{ name: "b", action: "block", on: ["edge.request"] }]);
    const response = await prompt(`It is ${word}.`);
    expect([response.status, response.headers.get("x-sluice-refusal")]).toEqual([400, "blocked_content"]);
    expect(await response.json()).toMatchObject({ code: "blocked_content", status: 400 });
    expect(world.agent.bodies).toEqual([]);
  });

  it("a value goes in by a name and comes out as itself", async () => {
    world = await guarded(
      [{ name: "n", action: "{ redact: { with: placeholder } }", on: ["edge.request"] }],
      {
        agent: {
          handle: (_request, response, body) =>
            response.end(JSON.stringify({ output: JSON.parse(body).prompt })),
        },
      },
    );
    const response = await prompt(`Dear "${word}", hello.`);
    expect(await response.json()).toEqual({ output: `Dear "${word}", hello.` });
    expect(world.agent.bodies[0]).toMatch(/\[PLANTED_[0-9a-f]{10}\]/);
    expect(world.agent.bodies[0]).not.toContain(word);
  });

  it("what an agent streams, and its words without JSON, are read", async () => {
    const events = `data: {"delta":"It is ZXQ"}\n\ndata: {"delta":"KEY9."}\n\n`;
    const kinds: Readonly<Record<string, [string, string]>> = {
      "text/event-stream": [events, events.replace("ZXQ", "[PLANTED_REDACTED]").replace("KEY9", "")],
      "text/plain": [`It is ${word}.`, "It is [PLANTED_REDACTED]."],
    };
    world = await guarded([{ name: "r", action: "redact", on: ["edge.answer"] }], {
      agent: {
        handle: (_request, response, body) => {
          const type = JSON.parse(body).prompt;
          response.writeHead(200, { "content-type": type }).end(kinds[type]?.[0] ?? "bytes");
        },
      },
    });
    for (const [type, [, expected]] of Object.entries(kinds)) {
      expect(await (await prompt(type)).text()).toBe(expected);
    }
    const unread = await prompt("application/octet-stream");
    expect(unread.headers.get("x-sluice-refusal")).toBe("answer_uninspectable");
  });
});

describe("in the pod", () => {
  it("a value never reaches the model, and comes back to the agent alone", async () => {
    const named = { name: "n", action: "{ redact: { with: placeholder } }", on: ["llm.request"] };
    world = await guarded([named]);
    const { mock } = world;
    const session = { "x-session-id": "s-1" };
    mock.setScript({ rules: [{ answer: { text: "Noted." } }] });
    await (await prompt(`My code is ${word}.`, session)).text();
    const sent = JSON.stringify(mock.log[0]?.body);
    expect(sent).not.toContain(word);
    const name = /\[PLANTED_[0-9a-f]{10}\]/.exec(sent)?.[0] ?? "";
    mock.setScript({ rules: [{ answer: { text: `Your code is ${name}.` } }] });
    const answer = await prompt(`My code is ${word}.`, session);
    expect(await answer.json()).toMatchObject({ output: `Your code is ${word}.` });
  });

  it("asks the model once more, and answers instead of it", async () => {
    world = await guarded([
      { name: "again", action: "{ repair: { hint: Without it. } }", on: ["llm.answer"] },
      {
        name: "instead",
        action: "{ fallback: { text: I cannot say. } }",
        on: ["llm.answer"],
        word: "ZXQOTHER8",
      },
    ]);
    const { mock } = world;
    const rules = [
      { answer: { text: `It is ${word}.` }, once: true },
      { answer: { text: "It is fine." }, once: true },
    ];
    mock.setScript({ rules: [...rules, { answer: { text: "It is ZXQOTHER8." } }] });
    expect(await (await prompt("hello")).json()).toMatchObject({ output: "It is fine." });
    expect(JSON.stringify(mock.log[1]?.body)).toContain("Without it.");
    expect(await (await prompt("hello")).json()).toMatchObject({ output: "I cannot say." });
  });
});

describe("what is found", () => {
  it("is in no log, span, metric or error body", async () => {
    const sink = await startOtlpSink();
    const all = [
      "edge.request",
      "llm.request",
      "tool.result",
      "llm.answer",
      "llm.reasoning",
      "tool.args",
      "edge.answer",
    ];
    world = await guarded(
      [
        { name: "tells", action: "flag", on: all },
        {
          name: "names",
          action: "{ redact: { with: placeholder } }",
          on: ["llm.request"],
          word: `${word}[A-Z]`,
        },
        { name: "marks", action: "redact", on: ["llm.answer", "edge.answer"], word: `${word}B` },
        { name: "stops", action: "block", on: all, word: `${word}STOP` },
      ],
      { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url } },
    );
    const { mock, gatewayLog, sidecarLog } = world;
    mock.setScript({ rules: [{ answer: { text: `Here: ${word}B.`, reasoning: `So ${word}.` } }] });
    const answers = [await prompt(`It is ${word}A.`), await prompt(`It is ${word}STOP.`)];
    mock.setScript({ rules: [{ answer: { text: `Here: ${word}STOP.` } }] });
    answers.push(await prompt("hello"));
    mock.setScript({ rules: [{ fault: { kind: "status", status: 400, body: `{"error":"${word}STOP"}` } }] });
    answers.push(await prompt("hello"));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    const metrics = (await world.status("gateway", "/metrics")) + (await world.status("sidecar", "/metrics"));
    const logs = JSON.stringify([gatewayLog, sidecarLog]);
    await world.close();
    world = undefined;
    await sink.waitFor(6);
    const spans = sink.received().toString("latin1");
    await sink.close();
    for (const told of [logs, metrics, spans, ...bodies.slice(1)]) expect(told).not.toContain(word);
    const findings = [...gatewayLog, ...sidecarLog].filter(({ event }) => event === "guard.finding");
    const stages = new Set(findings.map(({ stage }) => String(stage)));
    expect([...stages].sort()).toEqual(["edge.request", "llm.answer", "llm.reasoning", "llm.request"]);
    for (const { hash, type, length } of findings) {
      expect([hash, type]).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), "planted"]);
      expect(length).toBeGreaterThanOrEqual(word.length);
    }
    expect(metrics).toMatch(/sluice_guard_checks_total\{[^}]*action="block"/);
    expect(metrics).toMatch(/guardrail_violations_total [1-9]/);
  });
});
