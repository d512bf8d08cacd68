// Owns the proof that budgets hold at the sidecar, by the provider's own log: every meter, every action.

import { afterEach, describe, expect, it } from "vitest";
import type { Script } from "../../mock/script.ts";
import { startWorld, type World } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

interface Told {
  readonly status: number;
  readonly refusal: string | null;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  readonly body: any;
}

async function start(limits: string, script: Script = {}, more = ""): Promise<World> {
  world = await startWorld({ script, agentSpec: `  limits:\n${limits}`, documents: more });
  return world;
}

/** One call of the agent, at the sidecar's egress. */
async function ask({ openaiUrl }: World, call: Readonly<Record<string, unknown>> = {}): Promise<Told> {
  const body = { model: "gpt-4o", messages: [{ role: "user", content: "Tell me a story." }], ...call };
  const response = await fetch(`${openaiUrl}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, refusal: headers.get("x-sluice-refusal"), headers, body: parse(text) };
}

function parse(text: string): unknown {
  return text.startsWith("{") ? JSON.parse(text) : text;
}

/** What the provider made, as it wrote it down itself. */
function made({ mock }: World): number {
  return mock.log.reduce((sum, { usage }) => sum + (usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0), 0);
}

describe("tokens", () => {
  it("are never more than the budget, by the provider's own count", async () => {
    const it = await start("    all: { tokens: 600, window: { life: task } }", {
      rules: [{ answer: { tokens: 100 } }],
    });
    const answers = [];
    for (let index = 0; index < 12; index++) answers.push(await ask(it));
    const refused = answers.filter(({ status }) => status === 429);
    expect(made(it)).toBeLessThanOrEqual(600);
    expect(made(it)).toBeGreaterThanOrEqual(480);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.at(-1)).toMatchObject({ refusal: "budget_exceeded" });
    expect(refused.at(-1)?.headers.get("x-should-retry")).toBe("false");
    expect(refused.at(-1)?.body.error.message).toMatch(/Limit "all": \d+ tokens left of 600 tokens for this task\./);
  });
});
