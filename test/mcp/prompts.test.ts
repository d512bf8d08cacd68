// Owns the proof that a prompt is had as it was approved, and not where it has changed. Knows no filter.

import { afterEach, beforeEach, expect, it } from "vitest";
import { pinOf } from "../../core/pins/definition.ts";
import { type McpFront, startFront } from "./front.ts";
import { ask, type OddServer, say, startOddServer } from "./odd-server.ts";

const prompt = (description: string) => ({ name: "greet", description, arguments: [{ name: "who" }] });

let server: OddServer;
let front: McpFront;
let prompts: readonly object[] | undefined;

beforeEach(async () => {
  prompts = [prompt("Greets somebody")];
  server = await startOddServer([]);
  server.answer = ({ id, method }, response) => {
    if (method !== "prompts/list") say(response, id, { messages: [] });
    else if (prompts === undefined) response.writeHead(500).end();
    else say(response, id, { prompts });
  };
  const pin = pinOf("prompts", prompt("Greets somebody"));
  const pinned = { greet: { hash: pin?.hash, definition: pin?.definition } };
  const lock = JSON.stringify({ version: 1, tools: {}, prompts: pinned });
  front = await startFront({
    servers: { odd: `{ url: ${server.url}, lock: odd.lock.json, recheck: 1ms }` },
    files: { "odd.lock.json": lock },
  });
});
afterEach(async () => {
  await front.close();
  await server.close();
});

const get = (name: string) => ask(front.urlOf("odd"), "prompts/get", { name });
const asked = () => server.asked.filter(({ method }) => method === "prompts/get").length;

it("is had as it was approved, and looked at before", async () => {
  expect((await get("greet")).body.result).toEqual({ messages: [] });
  expect(server.asked.map(({ method }) => method)).toEqual(["prompts/list", "prompts/get"]);
  expect(server.asked[0]?.headers["mcp-method"]).toBe("prompts/list");
  expect((await get("other")).code).toBe("prompt_denied");
});

it("is refused where one letter of it is another, where it is gone, and where nobody can tell", async () => {
  prompts = [prompt("Greets somebody!")];
  const changed = await get("greet");
  expect([changed.status, changed.code]).toEqual([200, "prompt_denied"]);
  expect(changed.body.error?.message).toContain("has changed since it was approved");
  prompts = [];
  expect((await get("greet")).code).toBe("prompt_denied");
  prompts = undefined;
  expect((await get("greet")).code).toBe("upstream_failed");
  const ref = { type: "ref/prompt", name: "greet" };
  prompts = [prompt("Greets somebody!")];
  expect((await ask(front.urlOf("odd"), "completion/complete", { ref })).code).toBe("prompt_denied");
  expect(asked()).toBe(0);
});
