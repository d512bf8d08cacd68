// Owns the proof of what limits do that refuse nothing: lines, shadows and last words, by what the provider
// is asked.

import { afterEach, describe, expect, it } from "vitest";
import type { Script } from "../../mock/script.ts";
import { modelText } from "./sdks/vendors.ts";
import { startWorld, type World } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const models = ["gpt-4o", "small", "cheap"];

async function start(limits: string, script: Script = {}): Promise<World> {
  const documents = modelText("cheap", ["openai/gpt-4o-mini"]);
  world = await startWorld({ script, models, agentSpec: `  limits:\n${limits}`, documents });
  return world;
}

type Body = Readonly<Record<string, unknown>>;

async function ask({ openaiUrl }: World, asked: Body = {}): Promise<Response> {
  const body = { model: "gpt-4o", messages: [{ role: "user", content: "Tell me a story." }], ...asked };
  const headers = { "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await fetch(`${openaiUrl}/chat/completions`, request);
  await response.arrayBuffer();
  return response;
}

const asked = ({ mock }: World) => mock.log.map(({ body }) => body as Body);

describe("a limit in shadow", () => {
  it("changes nothing of what is asked, however full it is", async () => {
    const it = await start("    all: { tokens: 10, window: { life: task }, mode: shadow }");
    for (let index = 0; index < 3; index++) expect((await ask(it)).status).toBe(200);
    expect(
      asked(it).map(({ max_tokens, max_completion_tokens }) => [max_tokens, max_completion_tokens]),
    ).toEqual(Array.from({ length: 3 }, () => [undefined, undefined]));
    expect(await it.status("sidecar", "/metrics")).toMatch(
      /sluice_budget_events_total\{[^}]*shadow[^}]*\} [1-9]/,
    );
  });

  it("refuses no model whose price nobody knows", async () => {
    const it = await start("    all: { usd: 1, window: { life: task }, mode: shadow }");
    const body = { model: "unpriced" };
    expect((await ask(it, body)).status).not.toBe(200);
    expect((await ask(it)).status).toBe(200);
  });
});

describe("a line", () => {
  it("sends calls past it to the cheaper model, and tells no bound", async () => {
    const it = await start(`    line: { tokens: 100, window: { life: task }, onExceeded: downgrade,
      downgrade: { to: small, at: 50 } }`);
    for (let index = 0; index < 2; index++) expect((await ask(it)).status).toBe(200);
    expect(asked(it).map(({ model }) => model)).toEqual(["gpt-4o", "gpt-4o-mini"]);
    expect(asked(it)[0]).not.toHaveProperty("max_completion_tokens");
  });

  it("and another end at one of the models, which is asked once", async () => {
    const it = await start(`    one: { tokens: 10, window: { life: task }, onExceeded: downgrade,
      downgrade: { to: small } }
    two: { tokens: 10, window: { life: task }, onExceeded: downgrade, downgrade: { to: cheap } }`);
    expect((await ask(it)).status).toBe(200);
    expect((await ask(it)).status).toBe(200);
    expect(asked(it).map(({ model }) => model)).toEqual(["gpt-4o", "gpt-4o-mini"]);
  });
});

it("a last word reaches the model once the limit is full enough", async () => {
  const it = await start(
    `    all: { tokens: 4000, window: { life: task },
      wrapUp: { at: 10, text: "Wrap up." } }`,
    { rules: [{ answer: { tokens: 600 } }] },
  );
  await ask(it);
  await ask(it, {
    messages: [
      { role: "system", content: "Be kind." },
      { role: "user", content: "More." },
    ],
  });
  const told = asked(it).map(({ messages }) => messages);
  expect(told.at(1)).toMatchObject([{ role: "system", content: "Be kind.\n\nWrap up." }, { role: "user" }]);
});
