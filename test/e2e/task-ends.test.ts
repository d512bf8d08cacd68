// Owns the proof that a task ends at its ceilings, and what its caller and its agent then hear.

import { afterEach, describe, expect, it } from "vitest";
import { apiKey, eventually, startWorld, type World, type WorldOptions } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const api = `  api:
    run: { path: /run }
    request: { session: /session_id, task: /id, steps: /max_steps, tokens: /token_budget }`;

async function start(options: WorldOptions): Promise<World> {
  world = await startWorld({ ...options, agentSpec: `${api}\n${options.agentSpec ?? ""}` });
  return world;
}

interface Told {
  readonly status: number;
  readonly refusal: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One task, through the gateway. */
async function run({ agentUrl }: World, task: Readonly<Record<string, unknown>> = {}): Promise<Told> {
  const response = await fetch(`${agentUrl}/run`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ id: "task-1", prompt: "Tell me a story.", ...task }),
  });
  const { status, headers } = response;
  const text = await response.text();
  const body = text.startsWith("{") ? JSON.parse(text) : { text };
  return { status, refusal: headers.get("x-sluice-refusal"), body };
}

const said = (text: string) => ({ rules: [{ answer: { text } }] });

describe("a task's own ceilings", () => {
  it("end it with what it has done: completed, the error, the last text", async () => {
    const it = await start({ agent: { calls: 5 }, script: said("so far, so good") });
    const { status, body } = await run(it, { max_steps: 2 });
    expect(status).toBe(200);
    expect(body).toEqual({
      task_id: "task-1",
      status: "completed",
      output: "so far, so good",
      steps_used: 2,
      tokens_used: expect.any(Number),
      tool_calls: 0,
      error: "max_steps_reached",
      duration_ms: expect.any(Number),
    });
    const made = it.mock.log.reduce((sum, one) => sum + one.promptTokens + one.completionTokens, 0);
    expect(body.tokens_used).toBe(made);
    expect(it.mock.log).toHaveLength(2);
  });

  it("of tokens do, and are never passed", async () => {
    const it = await start({ agent: { calls: 50 }, script: { rules: [{ answer: { tokens: 60 } }] } });
    const { status, body } = await run(it, { token_budget: 512 });
    expect([status, body.status, body.error]).toEqual([200, "completed", "token_budget_exceeded"]);
    const made = it.mock.log.reduce((sum, one) => sum + one.promptTokens + one.completionTokens, 0);
    expect(made).toBeLessThanOrEqual(512);
    expect(body.tokens_used).toBe(made);
  });

  it("hold to the smaller one of theirs and the policy's", async () => {
    const it = await start({
      agent: { calls: 5 },
      agentSpec: "  limits: { steps: { steps: 3, window: { life: task }, onExceeded: end } }",
    });
    expect((await run(it, { id: "a", max_steps: 2 })).body.steps_used).toBe(2);
    expect((await run(it, { id: "b", max_steps: 9 })).body.steps_used).toBe(3);
  });

  it("hold where the policy's own limit is one it only watches", async () => {
    const it = await start({
      agent: { calls: 5 },
      agentSpec: "  limits: { steps: { steps: 9, window: { life: task }, mode: shadow } }",
    });
    expect((await run(it, { max_steps: 2 })).body).toMatchObject({
      steps_used: 2,
      error: "max_steps_reached",
    });
  });

  it("outside of the bounds are refused", async () => {
    const it = await start({});
    expect(await run(it, { max_steps: 26 })).toMatchObject({ status: 400, refusal: "ceiling_out_of_bounds" });
    expect(it.agent.seen).toEqual([]);
  });

  it("are not reached by a task that fits", async () => {
    const it = await start({ agent: { calls: 2 } });
    expect(await run(it, { max_steps: 2 })).toMatchObject({ status: 200, body: { status: "completed" } });
  });
});

describe("a policy's budget for a task", () => {
  it("refuses the agent and leaves the task to it, where it does not say end", async () => {
    const it = await start({
      agent: { calls: 3 },
      agentSpec: "  errors: pass\n  limits: { steps: { steps: 1, window: { life: task } } }",
    });
    expect((await run(it)).status).toBe(429);
    expect(it.mock.log).toHaveLength(1);
  });

  it("goes on over the requests of one task", async () => {
    const it = await start({
      agentSpec: "  limits: { steps: { steps: 2, window: { life: task }, onExceeded: end } }",
    });
    const answers = [await run(it), await run(it), await run(it), await run(it, { id: "task-2" })];
    expect(answers.map(({ body }) => body.error)).toEqual([
      undefined,
      undefined,
      "max_steps_reached",
      undefined,
    ]);
  });
});

describe("time that is over", () => {
  const silent = { handle: () => {} };

  it("ends the task at its sidecar, which knows the last text", async () => {
    const it = await start({
      agent: silent,
      agentSpec: "  limits: { time: { wallClock: 300ms, onExceeded: end } }",
    });
    const { status, body } = await run(it);
    expect(status).toBe(200);
    expect(body).toMatchObject({ task_id: "task-1", status: "completed", error: "wall_clock_exceeded" });
  });

  it("is a refusal where the policy does not say end", async () => {
    const it = await start({ agent: silent, agentSpec: "  limits: { time: { wallClock: 200ms } }" });
    expect(await run(it)).toMatchObject({ status: 429, refusal: "wall_clock_exceeded" });
  });

  it("is only told of by a shadow", async () => {
    const it = await start({
      agentSpec: "  limits: { time: { wallClock: 1ms, mode: shadow } }",
      script: { rules: [{ answer: { tokens: 3, delayMs: 100 } }] },
    });
    expect((await run(it)).status).toBe(200);
    const isTold = (text: string) => /sluice_budget_events_total\{[^}]*shadow[^}]*\} [1-9]/.test(text);
    expect(isTold(await it.status("sidecar", "/metrics"))).toBe(true);
    expect(isTold(await it.status("gateway", "/metrics"))).toBe(true);
  });
});

describe("a shadow at the edge", () => {
  it("lets everybody pass, says so, and tells clients nothing", async () => {
    const it = await start({
      agentSpec: "  limits: { edge: { requests: 1, window: { sliding: 1m }, by: [ caller ], mode: shadow } }",
    });
    const ask = () =>
      fetch(`${it.agentUrl}/run`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: "{}",
      });
    for (let index = 0; index < 3; index++) {
      const response = await ask();
      await response.arrayBuffer();
      expect([response.status, response.headers.get("ratelimit-policy")]).toEqual([200, null]);
    }
    const told = await eventually(() => {
      const lines = it.gatewayLog.filter(({ event }) => event === "budget");
      return lines.length === 2 && lines;
    });
    expect(told[0]).toMatchObject({ limit: "edge", what: "shadow", agent_id: "search" });
    expect(await it.status("gateway", "/metrics")).toMatch(
      /sluice_budget_events_total\{limit="edge",event="shadow"\} 2/,
    );
  });
});
