// Owns the proof that `sluice budget` sees what real limits count in a real Redis, and that what it changes
// lets real calls pass; from the store and through a gateway.

import { hash } from "node:crypto";
import type { CommanderError } from "commander";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Shown } from "../../cli/budget/source.ts";
import { budgetCommand } from "../../cli/budget.ts";
import { redisOpens } from "../redis-open.ts";
import { freePort, hasRedisServer, type RedisServer, startRedisServer } from "../redis-server.ts";
import { apiKey, eventually, startWorld, type World } from "./world.ts";

const adminKey = "slk_of-an-admin";
const hashKey = "one key for all";

const agentSpec = `  limits:
    calls: { steps: 2, window: { sliding: 1h }, by: [ model ] }
    daily: { usd: 1, window: { calendar: day, zone: UTC }, by: [ model ] }
    chats: { tokens: 100000, window: { life: session } }
    per-user: { requests: 2, window: { sliding: 1h }, by: [ user ] }
`;

let redis: RedisServer;
let world: World;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** In this process: one of its own takes seconds to load. */
async function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  for (const [name, value] of Object.entries({ SLUICE_HASH_KEY: hashKey, ...environment })) {
    vi.stubEnv(name, value);
  }
  const said = { stdout: "", stderr: "" };
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said.stdout += text;
    return true;
  });
  const fail = vi.spyOn(console, "error").mockImplementation((text) => {
    said.stderr += `${text}\n`;
  });
  const command = budgetCommand();
  for (const each of command.commands) {
    each.exitOverride().configureOutput({ writeErr: (text) => console.error(text.trimEnd()) });
  }
  const code = await command.parseAsync([...args], { from: "user" }).then(
    () => Number(process.exitCode ?? 0),
    // As `cli/main.ts` has it.
    (error: CommanderError) => (error.exitCode === 0 ? 0 : 2),
  );
  process.exitCode = undefined;
  out.mockRestore();
  fail.mockRestore();
  vi.unstubAllEnvs();
  return { code, ...said };
}

/** Both ways that there are. */
const ways = {
  store: (...args: string[]) => run([...args, "--store", redis.url, "--policies", world.policyDir]),
  admin: (...args: string[]) =>
    run([...args, "--admin", `http://127.0.0.1:${world.gateway.adminPort}`], { SLUICE_ADMIN_KEY: adminKey }),
} as const;

async function shown(way: keyof typeof ways, ...args: string[]): Promise<Shown["counters"]> {
  const { code, stdout, stderr } = await ways[way]("show", "--json", ...args);
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as Shown).counters;
}

async function ask(model = "gpt-4o"): Promise<string> {
  const body = { model, messages: [{ role: "user", content: "hello" }], max_tokens: 20 };
  const headers = { "content-type": "application/json" };
  const url = `${world.openaiUrl}/chat/completions`;
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  return response.headers.get("x-sluice-refusal") ?? String(response.status);
}

async function visit(user: string): Promise<string> {
  const response = await fetch(`${world.agentUrl}/run`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "x-user-id": user, "x-session-id": "s" },
  });
  await response.arrayBuffer();
  return response.headers.get("x-sluice-refusal") ?? String(response.status);
}

describe.skipIf(!hasRedisServer)("sluice budget", () => {
  beforeAll(async () => {
    redis = await startRedisServer();
    world = await startWorld({
      agentSpec,
      agent: { handle: (_request, response) => void response.end("{}") },
      program: { store: redis.url },
      environment: { SLUICE_HASH_KEY: hashKey },
      admin: { listen: { host: "127.0.0.1", port: 0 }, keySha256s: [hash("sha256", adminKey, "hex")] },
    });
    await redisOpens(redis.url);
  });
  afterAll(async () => {
    await world.close();
    await redis.stop();
  });
  beforeEach(async () => {
    for (const limit of ["calls", "daily", "chats", "per-user"]) {
      await ways.store("reset", "--all", "--limit", limit);
    }
  });

  it.each(["store", "admin"] as const)("%s: shows to the nano-dollar what calls have cost", async (way) => {
    const before = world.mock.log.length;
    expect([await ask(), await ask()]).toEqual(["200", "200"]);
    const cost = world.mock.log
      .slice(before)
      .reduce(
        (sum, { promptTokens, completionTokens }) => sum + promptTokens * 2.5 + completionTokens * 10,
        0,
      );
    const usd = (cost / 1e6).toFixed(9).replace(/\.?0+$/, "");
    let counters = await shown(way);
    // What was reserved comes back once the answers are settled.
    while (counters.find(({ limit }) => limit === "daily")?.used !== usd) counters = await shown(way);
    const scope = { model: "gpt-4o" };
    const left = (1 - cost / 1e6).toFixed(9).replace(/\.?0+$/, "");
    expect(counters).toEqual([
      expect.objectContaining({ limit: "calls", agent: "search", scope, used: 2, left: 0, amount: 2 }),
      expect.objectContaining({ limit: "daily", meter: "usd", scope, used: usd, left, amount: "1" }),
      expect.objectContaining({ limit: "chats", scope: expect.anything() }),
    ]);
    const { stdout } = await ways[way]("show", "--limit", "daily");
    expect(stdout).toMatch(/^LIMIT +AGENT +SCOPE +USED +LEFT +OF +RESETS\ndaily +search +model=gpt-4o +/);
    expect(stdout).toContain(`$${usd}`);
    expect(stdout).toMatch(/\$1 +in \d+ (h|min|s)/);
  });

  it.each(["store", "admin"] as const)("%s: a grant and a reset let a refused call pass", async (way) => {
    expect([await ask(), await ask(), await ask()]).toEqual(["200", "200", "steps_exceeded"]);
    const granted = await ways[way]("grant", "--limit", "calls", "--scope", "model=gpt-4o", "1");
    expect(granted).toMatchObject({ code: 0, stderr: "" });
    expect(granted.stdout).toBe(
      "calls, agent search, model=gpt-4o: granted: used 2 steps -> 1 steps, 1 steps left\n",
    );
    expect([await ask(), await ask()]).toEqual(["200", "steps_exceeded"]);
    const reset = await ways[way]("reset", "--limit", "calls");
    expect(reset.stdout).toContain("reset: used 2 steps -> 0 steps, 2 steps left");
    expect([await ask(), await ask(), await ask()]).toEqual(["200", "200", "steps_exceeded"]);
  });

  it.each(["store", "admin"] as const)("%s: dollars, for a model that has spent none yet", async (way) => {
    const args = ["--limit", "daily", "--agent", "search", "--scope", "model=small", "2.50"];
    const granted = await ways[way]("grant", ...args);
    expect(granted.stdout).toBe("daily, agent search, model=small: granted: used $0 -> -$2.5, $3.5 left\n");
    expect(await shown(way, "--scope", "model=small")).toMatchObject([{ used: "-2.5", left: "3.5" }]);
  });

  it.each(["store", "admin"] as const)("%s: users by name, as it is printed", async (way) => {
    const user = "corp:jo@example.com";
    expect([await visit(user), await visit(user), await visit(user)]).toEqual(["200", "200", "rate_limited"]);
    expect(await visit("ann")).toBe("200");
    const [most] = await shown(way, "--limit", "per-user");
    expect(most).toMatchObject({ scope: { user }, used: 2 });
    const { stdout } = await ways[way]("show", "--limit", "per-user");
    const scope = /user=corp\S+/.exec(stdout)?.[0] ?? "";
    expect(scope).toBe("user=corp%3Ajo%40example.com");
    expect(await ways[way]("reset", "--limit", "per-user", "--scope", scope)).toMatchObject({ code: 0 });
    expect(await visit(user)).toBe("200");
  });

  it.each(["store", "admin"] as const)(
    "%s: what is unknown or unclear is said, with what is known",
    async (way) => {
      await visit("jo");
      await visit("ann");
      for (const [args, said] of [
        [
          ["show", "--limit", "dayly"],
          'there is no limit "dayly" (did you mean "daily"?); known: calls, daily',
        ],
        [["show", "--scope", "colour=red"], 'there is no scope "colour"; known: agent, team, caller, user'],
        [["show", "--agent", "serch"], 'there is no agent "serch" (did you mean "search"?); known: search'],
        [["grant", "--limit", "per-user", "1"], "2 counters are meant: name more scopes (user)"],
        [["grant", "--limit", "per-user", "--scope", "user=jo", "2.50"], "a whole number of requests"],
        [["reset", "--limit", "per-user"], "2 counters are meant"],
        [["reset", "--limit", "per-user", "--scope", "user=nobody"], "no such counter is in use"],
      ] as const) {
        const { code, stderr } = await ways[way](...args);
        expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
        expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      }
    },
  );

  it("leaves a line and a metric at the gateway, whose counter is the sidecar's own", async () => {
    await ask();
    await ways.admin("grant", "--limit", "calls", "--scope", "model=gpt-4o", "3");
    const line = await eventually(() =>
      world.gatewayLog.findLast(({ event, what }) => event === "budget.changed" && what === "granted"),
    );
    expect(line).toMatchObject({ limit: "calls", agent_id: "search", used_before: 1, used_after: -2 });
    const by = hash("sha256", adminKey, "hex").slice(0, 8);
    expect(line.by).toBe(by);
  });

  it("ends with 1 where nobody answers, or the key is another", async () => {
    const at = `http://127.0.0.1:${world.gateway.adminPort}`;
    const wrong = await run(["show", "--admin", at], { SLUICE_ADMIN_KEY: "slk_wrong-secret" });
    expect(wrong).toMatchObject({ code: 2, stderr: "sluice: The API key or token is not valid.\n" });
    const free = await freePort();
    const none = await run(["show", "--admin", `127.0.0.1:${free}`], { SLUICE_ADMIN_KEY: "slk_secret" });
    expect(none).toMatchObject({
      code: 1,
      stderr: `sluice: 127.0.0.1:${free}: nobody answers (ECONNREFUSED)\n`,
    });
    const status = await run(["show", "--admin", `127.0.0.1:${world.gateway.statusPort}`], {
      SLUICE_ADMIN_KEY: "slk_secret",
    });
    expect(status).toMatchObject({ code: 1 });
    expect(status.stderr).toContain("no admin listener of a gateway: status 404");
  });
});

describe("sluice budget, misused", () => {
  it.each([
    [["show"], "a store in memory is inside of each process: ask a gateway's own with --admin"],
    [["show", "--store", "redis://:a-secret@127.0.0.1:9"], "--store needs --policies"],
    [["show", "--store", "http://x", "--policies", "policies/examples/demo"], "redis://host:port"],
    [["show", "--admin", "http://"], "--admin is no http://host:port"],
    [["show", "--admin", "127.0.0.1:9", "--admin-key", "NO_SUCH_KEY"], "needs the admin key in NO_SUCH_KEY"],
    [["show", "--scope", "user"], "a scope is name=value"],
    [["reset"], "required option '--limit <name>'"],
    [["grant", "--limit", "x"], "missing required argument 'amount'"],
  ])("%j ends with 2: %s", async (args, said) => {
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(stderr).not.toContain("a-secret");
  });

  it("ends with 1 where the store does not answer or the policies are bad", async () => {
    const nobody = ["--store", "redis://:a-secret@127.0.0.1:9"];
    const lost = await run(["show", ...nobody, "--policies", "policies/examples/demo"]);
    expect(lost).toMatchObject({ code: 1, stderr: expect.stringContaining("the store did not answer") });
    expect(lost.stderr).not.toContain("a-secret");
    const bad = await run(["show", ...nobody, "--policies", "/no/such/dir"]);
    expect(bad).toMatchObject({ code: 1, stderr: expect.stringContaining("the policies have problems") });
  });
});
