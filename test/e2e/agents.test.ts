// Owns the proof that agents call one another through Sluice as themselves, for the task they were given, on
// its one budget, and no deeper than allowed. The provider's log says what was spent.

import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeAgentSigner } from "../../core/tokens/agent-signer.ts";
import { makeSigner } from "../../core/tokens/signer.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../redis-server.ts";
import {
  type AgentName,
  ask,
  type Behaviour,
  call,
  run,
  type Said,
  said,
  startTree,
  type Told,
  type Tree,
} from "./tree.ts";
import { eventually } from "./world.ts";

const places = "  api: { request: { task: /id, steps: /max_steps, tokens: /token_budget } }";
const nested = `${places}
  limits: { nesting: { depth: 1, match: 'task == "nested"' } }`;

let tree: Tree;
beforeAll(async () => {
  tree = await startTree({ specs: { orchestrator: nested } });
});
afterAll(() => tree.close());

/** Asks its model until it may not, then says how often it could. */
async function askOften(egress: string, told: Told, most: number): Promise<number> {
  for (let made = 0; made < most; made++) if ((await ask(egress, told)) !== 200) return made;
  return most;
}

describe("an agent that calls another", () => {
  it("has word sent nowhere that it may not name itself", async () => {
    const config = { pushNotificationConfig: { url: "http://169.254.169.254/latest/meta-data" } };
    const rpc = { jsonrpc: "2.0", id: 1, method: "tasks/pushNotificationConfig/set", params: config };
    const before = tree.agents.search.seen.length;
    tree.behave({ orchestrator: (told, egress) => call(`${egress}/agents/search/`, told, rpc) });
    const { body } = await run(tree, { id: "task-push" });
    expect(body).toMatchObject({ status: 403, body: { code: "egress_denied" } });
    expect(tree.agents.search.seen).toHaveLength(before);
  });

  it("does so for the same task, user, session and trace, and its caller pays", async () => {
    tree.behave({
      orchestrator: async (told, egress) => {
        await ask(egress, told);
        return call(`${egress}/agents/search/run?deep=1`, told, { prompt: "find it" });
      },
      search: async (told, egress) => ({ model: await ask(egress, told), path: told.path, body: told.body }),
    });
    const { status, body } = await run(tree, { id: "task-7" });
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 200,
      body: { model: 200, path: "/run?deep=1", body: JSON.stringify({ prompt: "find it" }) },
    });
    expect(tree.mock.log).toHaveLength(2);
    const first = tree.agents.orchestrator.seen.at(-1);
    const second = tree.agents.search.seen.at(-1);
    for (const name of ["x-task-id", "x-session-id", "x-user-id"]) expect(second?.[name]).toBe(first?.[name]);
    expect(second?.["x-task-id"]).toBe("task-7");
    expect(second?.["x-agent-id"]).toBe("search");
    expect(second?.["x-sluice-token"]).toBeUndefined();
    expect(String(second?.traceparent).slice(0, 35)).toBe(String(first?.traceparent).slice(0, 35));
    const line = await eventually(() => tree.logs.search.find(({ event }) => event === "llm_call"));
    expect(line).toMatchObject({ caller: "web-app", task_id: "task-7", agent_id: "search" });
    const edge = await eventually(() => tree.logs.gateway.find((one) => one.route === "agents/search"));
    expect(edge).toMatchObject({ caller: "web-app", caller_agent: "orchestrator", depth: 1 });
  });

  it("gets no further than the bound on depth, however it names its tasks", async () => {
    const tasks: unknown[] = [];
    const refusals: Said[] = [];
    tree.behave({
      orchestrator: async (told, egress) => {
        tasks.push(told.headers["x-task-id"]);
        const answer = await call(`${egress}/agents/orchestrator/run`, told, { id: `new-${tasks.length}` });
        if (answer.status !== 200) refusals.push(answer);
      },
    });
    expect((await run(tree)).status).toBe(200);
    // The first is nobody's callee; five may follow one another.
    expect(tasks).toHaveLength(6);
    expect(new Set(tasks).size).toBe(1);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({ status: 429, body: { code: "depth_exceeded" } });
  });

  it("finds it by its card, whose addresses lead through its own sidecar", async () => {
    const card = {
      name: "Searcher",
      url: "http://search.internal:8000/rpc",
      signatures: [{ protected: "e30", signature: "AA" }],
      supportedInterfaces: [
        { url: "https://search.internal/rpc", protocolBinding: "JSONRPC", protocolVersion: "1.0" },
        { url: "https://search.internal:50051", protocolBinding: "GRPC" },
      ],
    };
    const place = "/agents/search/.well-known/agent-card.json";
    tree.behave({
      orchestrator: async ({ headers: { traceparent } }, egress) =>
        (await fetch(`${egress}${place}`, { headers: { traceparent: String(traceparent) } })).json(),
      search: async () => card,
    });
    const url = `${tree.egress.orchestrator}/agents/search/rpc`;
    expect((await run(tree)).body).toEqual({
      name: "Searcher",
      url,
      supportedInterfaces: [{ url, protocolBinding: "JSONRPC", protocolVersion: "1.0" }],
    });
  });

  it("is held to a limit on depth, round a circle of two", async () => {
    tree.behave({
      orchestrator: (told, egress) => call(`${egress}/agents/search/run`, told),
      search: (told, egress) => call(`${egress}/agents/orchestrator/run`, told),
    });
    const { body } = await run(tree, { id: "nested" });
    expect(body.status).toBe(200);
    expect(body.body).toMatchObject({ status: 429, body: { code: "depth_exceeded" } });
    expect(JSON.stringify(body)).toContain("nesting");
  });

  it("without a task has nobody to call for, and calls nobody who does not list it", async () => {
    const before = tree.agents.search.seen.length;
    const alone = await said(await fetch(`${tree.egress.orchestrator}/agents/search/run`));
    expect(alone).toMatchObject({ status: 403, body: { code: "unattributed_denied" } });
    const unlisted = await said(await fetch(`${tree.egress.search}/agents/search/run`));
    expect(unlisted).toMatchObject({ status: 403, body: { code: "agent_denied" } });
    expect(tree.agents.search.seen).toHaveLength(before);
  });

  it("has its ceilings lowered by what was used, where each process counts alone", async () => {
    let below: number | undefined;
    tree.behave({
      orchestrator: async (told, egress) => {
        await askOften(egress, told, 2);
        await call(`${egress}/agents/search/run`, told);
      },
      search: async (told, egress) => {
        below = await askOften(egress, told, 9);
      },
    });
    await run(tree, { id: "alone", max_steps: 5 });
    // The task's end is told at its ceiling; the agent below may hear of its own refusal later.
    expect(await eventually(() => below)).toBe(3);
    expect(tree.mock.log).toHaveLength(5);
  });
});

describe.skipIf(!hasRedisServer)("one budget for a whole tree", () => {
  let redis: RedisServer;
  let shared: Tree;
  beforeAll(async () => {
    redis = await startRedisServer();
    const specs = { orchestrator: places, search: places };
    shared = await startTree({ specs, documents: wholeTask, store: redis.url });
  });
  afterAll(async () => {
    await shared.close();
    await redis.stop();
  });

  const wholeTask = `---
apiVersion: sluice.dev/v1alpha1
kind: Limit
metadata: { name: whole-task }
spec: { steps: 7, window: { life: task }, match: 'task == "tree-1"', onExceeded: refuse }
`;
  const turns: Readonly<Record<AgentName, Behaviour>> = {
    orchestrator: async (told, egress) => {
      const own = await askOften(egress, told, 2);
      const first = await call(`${egress}/agents/search/run`, told);
      const second = await call(`${egress}/agents/search/run`, told);
      return { own, first: first.body, second: second.body, rest: await askOften(egress, told, 9) };
    },
    search: async (told, egress) => ({ made: await askOften(egress, told, 3) }),
  };

  it("counts the steps of a task once for every agent below it", async () => {
    shared.behave(turns);
    const { body } = await run(shared, { id: "tree-1", max_steps: 25 });
    expect(body).toEqual({ own: 2, first: { made: 3 }, second: { made: 2 }, rest: 0 });
    expect(shared.mock.log).toHaveLength(7);
  });

  it("holds a task's own ceiling for the tree, and no agent below can ask for more", async () => {
    const greedy: Behaviour = async (told, egress) => {
      await askOften(egress, told, 1);
      await call(`${egress}/agents/search/run`, told, { id: "mine", max_steps: 25 });
    };
    shared.behave({ ...turns, orchestrator: greedy });
    expect((await run(shared, { id: "tree-2", max_steps: 3 })).status).toBe(200);
    expect(shared.mock.log).toHaveLength(3);
  });
});

describe("a token that is forged, foreign, old or used", () => {
  const subject = {
    agent: "orchestrator",
    requestId: "r",
    context: {
      ...{ task: "t", session: undefined, user: undefined, caller: "web-app", team: undefined },
      ...{ depth: 0, stepsMax: undefined, tokensMax: undefined },
    },
  };
  const post = { from: "orchestrator", to: "search", method: "POST", target: "/run" };
  const hour = 3_600_000;
  const strangers = generateKeyPairSync("ed25519")
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();

  function signed(how: { key?: string; gateway?: string; agoMs?: number; grantAgoMs?: number } = {}) {
    const { agoMs = 0, grantAgoMs = 0 } = how;
    const gateway = makeSigner(how.gateway ?? tree.gatewayKeys.privateKeyPem, () => Date.now() - grantAgoMs);
    const own = makeAgentSigner(
      how.key ?? tree.agentKeys.orchestrator.privateKeyPem,
      () => Date.now() - agoMs,
    );
    if (gateway.kind === "problem" || own.kind === "problem") throw new Error("no signer");
    return { grant: gateway.sign(subject), own };
  }

  async function show(token: string, path = "/agents/search/run"): Promise<number> {
    const headers = { "x-sluice-token": token, "content-type": "application/json" };
    const response = await fetch(`${tree.gatewayUrl}${path}`, { method: "POST", headers, body: "{}" });
    await response.text();
    return response.status;
  }

  it("buys nothing; the right one does, once", async () => {
    tree.behave({});
    const before = tree.agents.search.seen.length;
    const { own, grant } = signed();
    const good = own.sign({ ...post, grant });
    expect(await show(good)).toBe(200);
    expect(await show(good)).toBe(403);
    expect(await show(own.sign({ ...post, grant }))).toBe(200);
    expect(tree.agents.search.seen).toHaveLength(before + 2);
  });

  it("buys nothing", async () => {
    const before = tree.agents.search.seen.length;
    const { own, grant } = signed();
    const search = signed({ key: tree.agentKeys.search.privateKeyPem });
    const cases: readonly (readonly [what: string, token: string, path?: string])[] = [
      ["a stranger's key", signed({ key: strangers }).own.sign({ ...post, grant })],
      ["another agent's name over it", search.own.sign({ ...post, grant })],
      ["a task that another agent was given", search.own.sign({ ...post, from: "search", grant })],
      ["a task that a stranger gave", own.sign({ ...post, grant: signed({ gateway: strangers }).grant })],
      ["another agent's", own.sign({ ...post, to: "orchestrator", grant })],
      ["another path's", own.sign({ ...post, target: "/admin", grant })],
      ["another method's", own.sign({ ...post, method: "GET", grant })],
      ["an old one", signed({ agoMs: 2 * 60_000 }).own.sign({ ...post, grant })],
      ["one from tomorrow", signed({ agoMs: -hour }).own.sign({ ...post, grant })],
      ["a task of an hour ago", own.sign({ ...post, grant: signed({ grantAgoMs: hour }).grant })],
      ["the gateway's own", grant],
      ["nothing like one", "a.b.c"],
      ["a good one elsewhere", own.sign({ ...post, grant }), "/agents/search/other"],
    ];
    for (const [what, token, path] of cases) expect([what, await show(token, path)]).toEqual([what, 403]);
    expect(tree.agents.search.seen).toHaveLength(before);
  });

  it("opens no agent that does not list the one that shows it", async () => {
    const { own } = signed({ key: tree.agentKeys.search.privateKeyPem });
    const gateway = makeSigner(tree.gatewayKeys.privateKeyPem);
    if (gateway.kind === "problem") throw new Error(gateway.problem);
    const grant = gateway.sign({ ...subject, agent: "search" });
    expect(await show(own.sign({ ...post, from: "search", grant }))).toBe(403);
    const back = own.sign({ ...post, from: "search", to: "orchestrator", grant });
    expect(await show(back, "/agents/orchestrator/run")).toBe(200);
  });
});
