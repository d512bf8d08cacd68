// Owns the proof that a user's answers are not another user's of the same agent, and that a lost store lets
// nothing in.

import { afterEach, describe, expect, it } from "vitest";
import { hasRedisServer, startRedisServer } from "../redis-server.ts";
import { apiKey, startWorld, type World, type WorldOptions } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

interface Wish {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

interface Granted {
  readonly status: number;
  readonly refusal: string | null;
  readonly said: Readonly<Record<string, unknown>>;
}

async function send(base: string, { method, path, body }: Wish, taskId?: string): Promise<Granted> {
  const headers = {
    "content-type": "application/json",
    ...(taskId === undefined ? {} : { "x-task-id": taskId }),
  };
  const response = await fetch(base + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = (await response.json()) as Granted["said"];
  return { status: response.status, refusal: response.headers.get("x-sluice-refusal"), said };
}

/** An agent that does at the provider whatever its client wishes: the worst there is. */
async function startObedient(options: WorldOptions): Promise<(user: string, wish: Wish) => Promise<Granted>> {
  let base = "";
  world = await startWorld({
    ...options,
    agent: {
      handle: (request, response, body) => {
        const task = request.headers["x-task-id"];
        void send(base, JSON.parse(body), typeof task === "string" ? task : undefined).then((granted) =>
          response.end(JSON.stringify(granted)),
        );
      },
    },
  });
  const { agentUrl, openaiUrl } = world;
  base = openaiUrl;
  return async (user, wish) => {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      "x-user-id": user,
      "content-type": "application/json",
    };
    const response = await fetch(`${agentUrl}/run`, { method: "POST", headers, body: JSON.stringify(wish) });
    return (await response.json()) as Granted;
  };
}

const asking = (input: string, more: object = {}): Wish => ({
  method: "POST",
  path: "/responses",
  body: { model: "gpt-4o", input, ...more },
});
const fetching = (id: unknown): Wish => ({ method: "GET", path: `/responses/${id}` });

describe("what an agent's client asks for by id", () => {
  it("is given to the user it was made for, and to no other user of that agent", async () => {
    const wish = await startObedient({});
    const { said } = await wish("ann", asking("my secret"));
    expect(await wish("ann", fetching(said.id))).toMatchObject({ status: 200, said: { id: said.id } });
    const others = [fetching(said.id), asking("go on", { previous_response_id: said.id })];
    for (const other of others) {
      expect(await wish("bob", other)).toMatchObject({ status: 403, refusal: "stored_denied" });
    }
    // After her task has ended nobody knows for whom the agent polls.
    expect(await send(String(world?.openaiUrl), fetching(said.id))).toMatchObject({ status: 403 });
  });

  it("is given to the whole agent where its policy says so", async () => {
    const wish = await startObedient({ agentSpec: "  stored: { owner: agent }" });
    const { said } = await wish("ann", asking("for all of us"));
    expect(await wish("bob", fetching(said.id))).toMatchObject({ status: 200 });
    expect(await send(String(world?.openaiUrl), fetching(said.id))).toMatchObject({ status: 200 });
  });
});

describe.skipIf(!hasRedisServer)("while Redis is away", () => {
  it("nothing is let in by id and nothing kept is made, and both come back with it", async () => {
    const redis = await startRedisServer();
    world = await startWorld({ program: { store: redis.url } });
    const { openaiUrl, mock } = world;
    const { said } = await send(openaiUrl, asking("before"));
    await redis.kill();
    const count = mock.log.length;
    for (const wish of [fetching(said.id), asking("now"), asking("now", { previous_response_id: said.id })]) {
      await expect
        .poll(() => send(openaiUrl, wish))
        .toMatchObject({ status: 503, refusal: "store_unavailable" });
    }
    expect(mock.log.length).toBe(count);
    expect(await send(openaiUrl, asking("now", { store: false }))).toMatchObject({ status: 200 });
    await redis.start();
    await expect
      .poll(() => send(openaiUrl, asking("after")), { timeout: 5_000 })
      .toMatchObject({ status: 200 });
    // It came back empty: what it knew is unknown.
    await expect.poll(() => send(openaiUrl, fetching(said.id))).toMatchObject({ refusal: "stored_denied" });
    await redis.stop();
  });
});
