// Owns what a guard that others run does to exchanges while it is up, down, slow or talks nonsense.

import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { GuardServer, type Respond, saying } from "../../core/guards/remote/guard-server.ts";
import { startWorld, type World } from "../world.ts";
import { checks, expectCounted, findings, guardText, usesText } from "./guarded.ts";

const silent: Respond = () => {};
const garbage: Respond = (_request, response) => response.end("<html>");

let server: GuardServer;
let world: World | undefined;
beforeEach(async () => {
  server = await GuardServer.open(saying({ action: "allow" }));
});
afterEach(async () => {
  await world?.close();
  world = undefined;
  server.close();
});

interface Options {
  readonly spec?: string;
  readonly on?: string;
  readonly url?: string;
}

async function start({
  spec = "action: block",
  on = "llm.request",
  url = server.url,
}: Options): Promise<World> {
  const config = `{ adapter: webhook, url: "${url}", timeout: 300ms, cache: { entries: 0 } }`;
  world = await startWorld({
    documents:
      guardText("asked", `{ detector: remote, config: ${config}, ${spec} }`) +
      usesText({ asked: `{ guard: asked, on: [${on}] }` }),
  });
  return world;
}

const completions = ({ openaiUrl }: World) =>
  new OpenAI({ baseURL: openaiUrl, apiKey: "none", maxRetries: 0, logLevel: "off" }).chat.completions;
const hello = { model: "gpt-4o", messages: [{ role: "user" as const, content: "hello" }] };

describe("that is up", () => {
  it("hears stage, role and text, and its word counts", async () => {
    const it = await start({});
    await completions(it).create(hello);
    const asked = { stage: "llm.request", role: "user", kind: "text", text: "hello" };
    expect(server.seen.map(({ body }) => body)).toEqual([asked]);
    server.respond = saying({ action: "block", message: "Not today." });
    const refused = completions(it).create(hello);
    await expect(refused).rejects.toMatchObject({
      status: 400,
      code: "blocked_content",
      message: /Not today\./,
    });
    expect(it.mock.log).toHaveLength(1);
  });

  it("masks an answer that is streamed", async () => {
    const it = await start({ spec: "action: redact", on: "llm.answer" });
    it.mock.setScript({ rules: [{ answer: { text: "It was Jane, no doubt." } }] });
    const mask: JsonObject = { action: "mask", findings: [{ type: "person", start: 7, end: 11 }] };
    server.respond = saying(mask);
    const said = await completions(it).stream(hello).finalChatCompletion();
    expect(said.choices[0]?.message.content).toBe("It was [PERSON_REDACTED], no doubt.");
  });
});

describe.each<[string, Respond | undefined, string]>([
  ["down", undefined, "http://127.0.0.1:9"],
  ["silent", silent, ""],
  ["broken", saying({ error: "sorry" }, 500), ""],
  ["no guard at all", garbage, ""],
])("that is %s", (_how, respond, url) => {
  const where = () => {
    if (respond !== undefined) server.respond = respond;
    return url === "" ? {} : { url };
  };

  it("refuses what it cannot decide, where the policy says nothing", async () => {
    const it = await start(where());
    const refused = completions(it).create(hello);
    await expect(refused).rejects.toMatchObject({ status: 503, code: "guard_unavailable" });
    const response = await fetch(`${it.openaiUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(hello),
    });
    expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(response.headers.get("x-should-retry")).toBeNull();
    expect(it.mock.log).toHaveLength(0);
    await expectCounted(it, checks("asked", "llm.request", "fail_closed"), 2);
  });

  it("lets it pass where the policy says open, and counts that", async () => {
    const it = await start({ ...where(), spec: "action: block, onFailure: open" });
    await completions(it).create(hello);
    expect(it.mock.log).toHaveLength(1);
    await expectCounted(it, checks("asked", "llm.request", "fail_open"), 1);
    expect(findings(it.sidecarLog)).toEqual([]);
  });

  it.each(["closed", "open"])("in an answer, whole and streamed: %s", async (onFailure) => {
    const it = await start({ ...where(), spec: `action: block, onFailure: ${onFailure}`, on: "llm.answer" });
    const asks = [
      () => completions(it).create(hello),
      () =>
        completions(it)
          .stream({ ...hello })
          .finalChatCompletion(),
    ];
    for (const ask of asks) {
      if (onFailure === "closed") await expect(ask()).rejects.toMatchObject({ code: "guard_unavailable" });
      else expect((await ask()).choices[0]?.finish_reason).toBe("stop");
    }
    const action = onFailure === "closed" ? "fail_closed" : "fail_open";
    await expectCounted(it, checks("asked", "llm.answer", action), 2);
  });

  it("changes nothing in shadow", async () => {
    const it = await start({ ...where(), spec: "action: block, mode: shadow" });
    await completions(it).create(hello);
    expect(it.mock.log).toHaveLength(1);
    await expectCounted(it, checks("asked", "llm.request", "fail_open"), 1);
  });
});

describe("what a stream does meanwhile", () => {
  const text = "The harbour lies at the mouth of the river. ".repeat(40);
  const blocking = saying({ action: "block", message: "Not today." });

  async function read(it: World): Promise<{ readonly said: string; readonly error: unknown }> {
    it.mock.setScript({ rules: [{ answer: { text } }] });
    let said = "";
    try {
      for await (const { choices } of await completions(it).create({ ...hello, stream: true })) {
        said += choices[0]?.delta.content ?? "";
      }
    } catch (error) {
      return { said, error };
    }
    return { said, error: undefined };
  }

  it("holds all of it: nothing is out where it is blocked", async () => {
    server.respond = blocking;
    const { said, error } = await read(await start({ on: "llm.answer" }));
    expect(said).toBe("");
    // That an answer begins is no text.
    expect(error).toMatchObject({ code: "blocked_content", message: expect.stringContaining("Not today.") });
  });

  it("checks at the end, where the policy says so", async () => {
    const it = await start({ spec: "action: block, stream: check-at-end", on: "llm.answer" });
    expect(await read(it)).toEqual({ said: text, error: undefined });
    server.respond = blocking;
    const { said, error } = await read(it);
    expect(said.length).toBeGreaterThan(text.length / 2);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(String(error)).toContain("Not today.");
  });

  it("is not asked for at all, where the policy says so", async () => {
    const it = await start({ spec: "action: block, stream: refuse", on: "llm.answer" });
    const { error } = await read(it);
    expect(error).toMatchObject({ status: 403, code: "stream_denied" });
    expect(it.mock.log).toHaveLength(0);
    expect((await completions(it).create(hello)).choices[0]?.message.content).toBe(text);
  });
});
