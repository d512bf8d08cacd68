// Owns the proof that an agent that does the same over and over is stopped on the wire, and that one which
// only works long is not.

import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import type { Script } from "../../mock/script.ts";
import type { AgentBehaviour } from "./agent.ts";
import { apiKey, startWorld, type World } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const tools = [{ type: "function" as const, function: { name: "a", parameters: { type: "object" } } }];

/** The model asks for these tools one after another, each with arguments of its own. */
const asking = (names: string): Script => ({
  rules: [...names].map((name) => ({ once: true, answer: { toolCalls: [{ name, arguments: { name } }] } })),
});

/** Runs its own loop of calls and results, with the history a chat client keeps, until it is told to stop. */
function looping(baseUrl: () => string, result: (step: number) => string, calls: number): AgentBehaviour {
  return {
    handle: async (_, response) => {
      const client = new OpenAI({ baseURL: baseUrl(), apiKey: "none", maxRetries: 0 });
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "Find it." }];
      let status = 200;
      let said = "";
      for (let step = 0; step < calls && status === 200; step++) {
        try {
          const { choices } = await client.chat.completions.create({ model: "gpt-4o", messages, tools });
          const message = choices[0]?.message;
          if (message === undefined) break;
          messages.push(message);
          for (const { id } of message.tool_calls ?? []) {
            messages.push({ role: "tool", tool_call_id: id, content: result(step) });
          }
        } catch (error) {
          status = error instanceof OpenAI.APIError ? (error.status ?? 500) : 500;
          said = String(error);
        }
      }
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ said }));
    },
  };
}

interface Options {
  readonly names: string;
  readonly result?: (step: number) => string;
  readonly loops?: string;
  readonly calls?: number;
}

async function start({ names, result = () => "none", loops = "{}", calls = 12 }: Options): Promise<World> {
  world = await startWorld({
    script: asking(names),
    agent: looping(() => world?.openaiUrl ?? "", result, calls),
    agentSpec: `  errors: pass\n  loops: ${loops}`,
  });
  return world;
}

async function run({ agentUrl }: World): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const response = await fetch(`${agentUrl}/run`, { method: "POST", headers, body: "{}" });
  return { status: response.status, text: await response.text() };
}

describe("an agent that repeats itself", () => {
  it.each([
    ["the same call", "aaaaaaaaaaaa", "{}", 3],
    ["the same call, by the number the policy says", "aaaaaaaaaaaa", "{ sameCall: 5 }", 5],
    ["A-B-A-B", "abababababab", "{}", 6],
    ["A-B-A-B, by the number the policy says", "abababababab", "{ cycles: 2 }", 4],
  ])("%s", async (_, names, loops, steps) => {
    const it = await start({ names, loops });
    const { status, text } = await run(it);
    expect(status).toBe(429);
    expect(text).toContain("do something else");
    expect(it.mock.log).toHaveLength(steps);
    expect(it.sidecarLog.filter(({ event }) => event === "agent.loop")).toHaveLength(1);
  });

  it("the same error of different tools", async () => {
    const it = await start({ names: "abcdefghijkl", result: (step) => `Error: timed out after ${step} ms` });
    expect((await run(it)).status).toBe(429);
    expect(it.mock.log).toHaveLength(3);
  });

  it("is only told of where the policy says flag", async () => {
    const it = await start({ names: "aaaaaa", loops: "{ action: flag }", calls: 5 });
    expect((await run(it)).status).toBe(200);
    expect(it.mock.log).toHaveLength(5);
    const told = (await it.status("sidecar", "/metrics")).match(/^sluice_budget_events_total.*$/m);
    expect(told?.[0]).toBe('sluice_budget_events_total{limit="loops",event="same_call"} 2');
  });

  it("ends its task where the policy says end", async () => {
    const it = await start({ names: "aaaaaaaa", loops: "{ action: end }" });
    const { status, text } = await run(it);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      status: "completed",
      error: "loop_detected",
      steps_used: 3,
      tool_calls: 3,
    });
  });
});

describe("an agent that works long", () => {
  it("with other calls each time", async () => {
    const it = await start({ names: "abcdefghijkl", calls: 12 });
    expect((await run(it)).status).toBe(200);
    expect(it.mock.log).toHaveLength(12);
  });

  it("with the same call that gives something new each time", async () => {
    const it = await start({ names: "aaaaaaaaaaaa", result: (step) => `page ${step}`, calls: 12 });
    expect((await run(it)).status).toBe(200);
    expect(it.mock.log).toHaveLength(12);
  });
});
