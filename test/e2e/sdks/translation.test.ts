// Owns what each vendor's official SDK sees of a Model whose only target is another vendor: the same words,
// calls, figures and exceptions as of its own.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hubClients } from "./hub-clients.ts";
import {
  brokenStreams as everyBrokenStream,
  modelText,
  startVendorWorld,
  twoCalls,
  type VendorWorld,
} from "./vendors.ts";

const targets: Readonly<Record<string, readonly [target: string, dialect: string]>> = {
  "to-openai": ["openai-all/gpt-5.4", "openai-chat"],
  "to-anthropic": ["anthropic/claude-opus-5", "anthropic-messages"],
  "to-gemini": ["gemini/gemini-3-flash", "gemini"],
  "to-bedrock": ["bedrock/us.anthropic.claude-opus-5-v1:0", "bedrock-converse"],
};

// A stall is ended by the same clock whatever is spoken, and takes a second each time.
const brokenStreams = everyBrokenStream.filter((kind) => kind !== "stall");

/** What each vendor calls a bound that was reached, a filter, and calls that were made. */
const finishes: Readonly<Record<string, readonly [string, string, string]>> = {
  "openai chat": ["length", "content_filter", "tool_calls"],
  "openai responses": ["max_output_tokens", "content_filter", "completed"],
  anthropic: ["max_tokens", "refusal", "tool_use"],
  gemini: ["MAX_TOKENS", "SAFETY", "STOP"],
  "bedrock converse": ["max_tokens", "content_filtered", "tool_use"],
};

const pairs = Object.keys(hubClients).flatMap((client) =>
  Object.keys(targets).map((model) => ({ client, model })),
);

let world: VendorWorld;

beforeAll(async () => {
  const documents = Object.entries(targets).map(([name, [target]]) => modelText(name, [target]));
  world = await startVendorWorld(documents.join("\n"), Object.keys(targets));
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({});
  world.mock.reset();
});

describe.each(pairs)("$client, $model", ({ client, model }) => {
  const make = () => {
    const made = hubClients[client];
    if (made === undefined) throw new RangeError(`no client ${client}`);
    return made(world);
  };

  it("says the same words and figures", async () => {
    world.mock.setScript({ rules: [{ answer: { text: 'Sunny and "warm", 18 °C — süß 🌞\n.' } }] });
    const said = await make().ask(model);
    expect(said.text).toBe('Sunny and "warm", 18 °C — süß 🌞\n.');
    const [entry] = world.mock.log;
    expect(said).toMatchObject({
      inputTokens: entry?.promptTokens,
      outputTokens: entry?.completionTokens,
    });
    if (!(client === "openai responses" && model === "to-openai")) {
      expect(entry?.dialect).toBe(targets[model]?.[1]);
    }
  });

  it("ends for the same reason, in the client's own word", async () => {
    const said: (string | undefined)[] = [];
    for (const finishReason of ["length", "content_filter"]) {
      world.mock.setScript({ rules: [{ answer: { text: "Sunny", finishReason } }] });
      const [whole, streamed] = [await make().ask(model), await make().stream(model)];
      expect(streamed.finish).toBe(whole.finish);
      said.push(whole.finish);
    }
    world.mock.setScript({ rules: [{ answer: twoCalls }] });
    said.push((await make().ask(model)).finish);
    expect(said).toEqual(finishes[client]);
  });

  it("makes the same calls, whole and streamed", async () => {
    world.mock.setScript({ rules: [{ answer: twoCalls }] });
    expect(await make().ask(model)).toMatchObject({ text: twoCalls.text, calls: twoCalls.toolCalls });
    const streamed = await make().stream(model);
    expect(streamed).toMatchObject({
      text: twoCalls.text,
      calls: twoCalls.toolCalls,
      outputTokens: world.mock.log[1]?.completionTokens,
    });
  });

  it("goes on after the results of its tools", async () => {
    world.mock.setScript({
      rules: [{ when: { role: "tool" }, answer: { text: "Sunny in both." } }, { answer: twoCalls }],
    });
    expect(await make().goOn(model)).toBe("Sunny in both.");
    expect(JSON.stringify(world.mock.log[1]?.body)).toContain("18 degrees");
  });

  it.each([400, 401, 429, 500, 529])("raises an exception for the provider's %i", async (fault) => {
    world.mock.setScript({ rules: [{ fault }] });
    const error = await make()
      .ask(model)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    const { status, $metadata } = error as { status?: number; $metadata?: { httpStatusCode: number } };
    expect(status ?? $metadata?.httpStatusCode).toBe(fault);
  });

  it.each(brokenStreams)("raises where the provider's stream suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: twoCalls, fault: { kind, afterFrames: 5 } }] });
    const error = await make()
      .stream(model)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toMatchObject({ status: 403 });
  });
});
