// Owns the proof that a model works with names for values: the provider sees the names alone, the client its
// values again, and nobody the values of another's session.

import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AgentBehaviour } from "../agent.ts";
import { apiKey, startWorld, type World } from "../world.ts";
import { expectUntold, guardText, usesText } from "./guarded.ts";
import { planted, untold } from "./planted.ts";

const pii =
  "{ detector: pii, config: { types: [email, credit_card] }, action: { redact: { with: placeholder } } }";
const documents =
  guardText("pii", pii) + usesText({ pii: "{ guard: pii, on: [llm.request, llm.answer, tool.args] }" });
const tools = [{ type: "function" as const, function: { name: "send", parameters: { type: "object" } } }];

let world: World;
let how: "whole" | "stream" = "whole";

/** What the SDK in the agent made of the answer. */
interface Heard {
  readonly text: string | null;
  readonly args: readonly unknown[];
}

const agent: AgentBehaviour = {
  handle: async (_request, response, body) => {
    const client = new OpenAI({ baseURL: world.openaiUrl, apiKey: "none", maxRetries: 0, logLevel: "off" });
    const messages = [{ role: "user" as const, content: String(JSON.parse(body).prompt) }];
    const asked = { model: "gpt-4o", messages, tools };
    const { choices } =
      how === "whole"
        ? await client.chat.completions.create(asked)
        : await client.chat.completions.stream(asked).finalChatCompletion();
    const [choice] = choices;
    const calls = choice?.message.tool_calls ?? [];
    const args = calls.map((call) => (call.type === "function" ? JSON.parse(call.function.arguments) : {}));
    const heard: Heard = { text: choice?.message.content ?? null, args };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(heard));
  },
};

beforeAll(async () => {
  world = await startWorld({ documents, agent });
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.reset();
  world.mock.setScript({});
});

async function run(prompt: string, session: string): Promise<Heard> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    "content-type": "application/json",
    "x-session-id": session,
  };
  const response = await fetch(`${world.agentUrl}/run`, {
    method: "POST",
    headers,
    body: JSON.stringify({ prompt }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Heard;
}

/** The last thing the provider was asked. */
function seen(): string {
  const body = world.mock.log.at(-1)?.body as { messages: [{ content: string }] } | undefined;
  return body?.messages[0].content ?? "";
}

const name = /\[(EMAIL|CREDIT_CARD)_[0-9a-f]{10}\]/g;

async function namesIn(prompt: string, session: string): Promise<readonly string[]> {
  await run(prompt, session);
  return [...seen().matchAll(name)].map(([whole]) => whole);
}

describe.each(["whole", "stream"] as const)("%s", (way) => {
  beforeEach(() => {
    how = way;
  });

  it("the provider sees names, the client its values", async () => {
    const prompt = `Write to ${planted.email} and charge ${planted.card}; then ${planted.email} again.`;
    const [email = "", card = "", again = ""] = await namesIn(prompt, "session-a");
    expect(seen()).toBe(`Write to ${email} and charge ${card}; then ${email} again.`);
    expect(again).toBe(email);
    expect(JSON.stringify(world.mock.log)).not.toContain("grace.hopper");
    const said = (to: string, by: string): string =>
      `I wrote to ${to}, charged ${by} (${to}), and [EMAIL_0000000000] is nobody.`;
    const text = said(email, card);
    const args = { to: email, note: `"${card}"`, list: [email] };
    world.mock.setScript({ rules: [{ answer: { text, toolCalls: [{ name: "send", arguments: args }] } }] });
    const heard = await run(prompt, "session-a");
    expect(heard.text).toBe(said(planted.email, planted.card));
    expect(heard.args).toEqual([{ to: planted.email, note: `"${planted.card}"`, list: [planted.email] }]);
    expect(JSON.stringify(world.mock.log)).not.toContain("grace.hopper");
  });

  it("what the model says by itself is named and stays so", async () => {
    world.mock.setScript({ rules: [{ answer: { text: `Ask ${planted.tagged}.` } }] });
    const { text } = await run(`Write to ${planted.email}.`, "session-a");
    expect(text).toMatch(/^Ask \[EMAIL_[0-9a-f]{10}\]\.$/);
  });

  it("a session has names of its own, and no other session's come back in it", async () => {
    const prompt = `Write to ${planted.email}.`;
    const [mine = ""] = await namesIn(prompt, "session-a");
    const [same] = await namesIn(prompt, "session-a");
    const [others] = await namesIn(prompt, "session-b");
    expect(same).toBe(mine);
    expect(others).not.toBe(mine);
    world.mock.setScript({ rules: [{ answer: { text: `It is ${mine}.` } }] });
    expect((await run(`Write to ${planted.tagged}.`, "session-b")).text).toBe(`It is ${mine}.`);
  });
});

it("tells the values to nobody", async () => {
  await expectUntold(world, untold);
});
