// Owns the proof that an answer a provider keeps is its maker's alone and is paid for once, over sidecars
// that share a Redis.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSidecar, startSidecar } from "../../sidecar/main.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../redis-server.ts";
import {
  policyText,
  programSettings,
  providerKey,
  startWorld,
  type World,
  type WorldOptions,
} from "./world.ts";

const anywhere = { host: "127.0.0.1", port: 0 };
const silent = { write: () => {} };

interface Answered {
  readonly status: number;
  readonly refusal: string | null;
  readonly text: string;
}

const agentNamed = (name: string, stored: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: ${name} }
spec: { endpoints: [ "http://127.0.0.1:9" ], models: [ gpt-4o ], stored: ${stored} }
`;
const documents = agentNamed("other", "{}") + agentNamed("trusting", "{ unknown: allow }");

describe.skipIf(!hasRedisServer)("an answer that the provider keeps", () => {
  let redis: RedisServer;
  let world: World;
  let options: WorldOptions;
  /** Of the agent that makes the answers, and its replica; of another; of one that may use any unknown id. */
  const sidecars = new Map<string, RunningSidecar>();

  beforeAll(async () => {
    redis = await startRedisServer();
    options = { documents, program: { store: redis.url } };
    world = await startWorld(options);
    const program = programSettings(world.policyDir, options);
    for (const [name, agent] of [
      ["replica", "search"],
      ["other", "other"],
      ["trusting", "trusting"],
    ] as const) {
      const settings = { program, agent, listen: anywhere, inbound: undefined };
      sidecars.set(name, await startSidecar(settings, silent));
    }
    sidecars.set("maker", world.sidecar);
  });
  afterAll(async () => {
    for (const [name, sidecar] of sidecars) if (name !== "maker") await sidecar.close();
    await world.close();
    await redis.stop();
  });

  function urlOf(name: string): string {
    return `http://127.0.0.1:${sidecars.get(name)?.egressPort}/openai/v1/responses`;
  }

  async function ask(name: string, path = "", body?: unknown, method?: string): Promise<Answered> {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const said = body === undefined ? {} : { body: JSON.stringify(body) };
    const how = method ?? (body === undefined ? "GET" : "POST");
    const response = await fetch(urlOf(name) + path, { method: how, headers, ...said });
    const refusal = response.headers.get("x-sluice-refusal");
    const text = await response.text();
    // A busy machine: Redis did not answer within its 50 ms.
    if (refusal === "store_unavailable") return ask(name, path, body, method);
    return { status: response.status, refusal, text };
  }

  let made = 0;
  /** The mock's ids are made of the prompt: each is another one. */
  async function make(more: object = {}): Promise<string> {
    made += 1;
    const answered = await ask("maker", "", { model: "gpt-4o", input: `question ${made}`, ...more });
    expect(answered.status).toBe(200);
    return String(JSON.parse(answered.text).id);
  }

  const seen = () => world.mock.log.map(({ method, path }) => `${method} ${path}`);
  const spent = () =>
    ["maker", "replica"].reduce((sum, name) => {
      const total = sidecars.get(name)?.ledger.totals("agent").get("search");
      return sum + (total === undefined ? 0 : total.inputTokens + total.outputTokens);
    }, 0);
  const cost = () =>
    ["maker", "replica"].reduce((sum, name) => {
      return sum + (sidecars.get(name)?.ledger.totals("agent").get("search")?.costNanoUsd ?? 0);
    }, 0);

  it("is made in the background, polled at two sidecars, and paid for once", async () => {
    const before = { tokens: spent(), cost: cost() };
    const asked = await ask("maker", "", { model: "gpt-4o", input: "hello", background: true });
    const { id, status } = JSON.parse(asked.text);
    expect(status).toBe("queued");
    const looks = [];
    for (const name of ["replica", "maker", "replica", "maker"]) {
      const { text } = await ask(name, `/${id}`);
      looks.push(JSON.parse(text));
    }
    expect(looks.map((look) => look.status)).toEqual(["in_progress", "completed", "completed", "completed"]);
    const { input_tokens, output_tokens } = looks[1].usage;
    await expect.poll(() => spent() - before.tokens).toBe(input_tokens + output_tokens);
    expect(cost() - before.cost).toBe(input_tokens * 2_500 + output_tokens * 10_000);
  });

  it("is paid for once by any number that fetch it at the same time", async () => {
    const before = spent();
    const id = await make({ background: true });
    await ask("maker", `/${id}`);
    const looks = await Promise.all(
      Array.from({ length: 20 }, (_, at) => ask(at % 2 === 0 ? "maker" : "replica", `/${id}`)),
    );
    const { usage } = JSON.parse(looks[0]?.text ?? "");
    expect(looks.every(({ status }) => status === 200)).toBe(true);
    await expect.poll(() => spent() - before).toBe(usage.input_tokens + usage.output_tokens);
  });

  it.each([
    ["fetched", "GET", "", undefined],
    ["streamed", "GET", "?stream=true", undefined],
    ["deleted", "DELETE", "", undefined],
    ["cancelled", "POST", "/cancel", undefined],
    ["asked for its input", "GET", "/input_items", undefined],
  ] as const)(
    "cannot be %s by another agent, and nothing of that reaches the provider",
    async (_what, ...how) => {
      const [method, rest, body] = how;
      const id = await make({ background: true });
      const count = seen().length;
      for (const name of ["other", "trusting"]) {
        const denied = await ask(name, `/${id}${rest}`, body, method);
        expect([denied.status, denied.refusal]).toEqual([403, "stored_denied"]);
        expect(denied.text).not.toContain(id);
      }
      expect(seen()).toHaveLength(count);
      expect((await ask("replica", `/${id}${rest}`, body, method)).status).toBe(200);
      // Control: the provider itself knows no agents.
      const direct = await fetch(`${world.mock.url}/v1/responses/${await make()}`, {
        headers: { authorization: `Bearer ${providerKey}` },
      });
      expect(direct.status).toBe(200);
    },
  );

  it.each([
    ["as previous_response_id", (id: string) => ({ previous_response_id: id })],
    ["as a conversation", (id: string) => ({ conversation: { id } })],
    ["as an item", (id: string) => ({ input: [{ type: "item_reference", id }] })],
  ])("cannot be brought in %s by another agent", async (_what, naming) => {
    const id = await make();
    const count = seen().length;
    const denied = await ask("other", "", { model: "gpt-4o", input: "go on", ...naming(id) });
    expect([denied.status, denied.refusal]).toEqual([403, "stored_denied"]);
    expect(JSON.parse(denied.text).error.code).toBe("stored_denied");
    expect(seen()).toHaveLength(count);
    const own = await ask("replica", "", { model: "gpt-4o", input: "go on", ...naming(id) });
    expect(own.refusal).toBe(null);
  });

  it("has items that its maker may refer to as soon as they are streamed", async () => {
    const streamed = await ask("maker", "", { model: "gpt-4o", input: "hello", stream: true });
    const item = /"id":"(msg_[^"]+)"/.exec(streamed.text)?.[1];
    const input = [{ type: "item_reference", id: item }];
    expect((await ask("replica", "", { model: "gpt-4o", input })).refusal).toBe(null);
    expect((await ask("other", "", { model: "gpt-4o", input })).refusal).toBe("stored_denied");
  });

  it("may be unknown only where the policy says so, and then it is nobody's", async () => {
    const direct = await fetch(`${world.mock.url}/v1/responses`, {
      method: "POST",
      headers: { authorization: `Bearer ${providerKey}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "gpt-4o", input: "made elsewhere" }),
    });
    const { id } = (await direct.json()) as { id: string };
    expect((await ask("maker", `/${id}`)).refusal).toBe("stored_denied");
    expect((await ask("trusting", `/${id}`)).status).toBe(200);
    const { policyDir, mock, sidecar } = world;
    const file = join(policyDir, "policy.yaml");
    const inbound = `http://127.0.0.1:${sidecar.inboundPort}`;
    const lenient = { ...options, agentSpec: "  stored: { unknown: allow }" };
    await writeFile(file, policyText(mock.url, inbound, lenient));
    await sidecar.reload();
    expect((await ask("maker", `/${id}`)).status).toBe(200);
    await writeFile(file, policyText(mock.url, inbound, options));
    await sidecar.reload();
    expect((await ask("maker", `/${id}`)).refusal).toBe("stored_denied");
  });

  it("is streamed again from where a client stopped, byte for byte", async () => {
    const id = await make({ background: true });
    const path = `/${id}?stream=true&starting_after=2`;
    const direct = await fetch(`${world.mock.url}/v1/responses${path}`, {
      headers: { authorization: `Bearer ${providerKey}` },
    });
    const { status, text } = await ask("replica", path);
    expect(status).toBe(200);
    expect(text).toBe(await direct.text());
    expect(text).toContain('"sequence_number":3');
    expect(text).not.toContain('"sequence_number":2,');
    expect(text).toContain("response.completed");
  });

  it("stands in Redis without its id, its agent or its text", async () => {
    const id = await make();
    const { Redis } = await import("ioredis");
    const raw = new Redis(redis.url);
    const keys = await raw.keys("*");
    const values = await Promise.all(keys.map((key) => raw.dump(key)));
    raw.disconnect();
    expect(keys.length).toBeGreaterThan(0);
    for (const said of [...keys, ...values.map(String)]) expect(said).not.toContain(id.slice(5));
    // The ledger says by name whose spend it is.
    const kept = keys.flatMap((key, at) => (key.includes(":L:") ? [] : [key, String(values[at])]));
    for (const said of kept) expect(said).not.toContain("search");
  });
});
