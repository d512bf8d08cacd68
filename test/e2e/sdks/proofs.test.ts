// Owns the proof that what one vendor proves of a model's thoughts reaches no other, whichever SDK carries it
// from turn to turn. Knows no mark.

import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hubClients } from "./hub-clients.ts";
import { modelText, startVendorWorld, twoCalls, type VendorWorld } from "./vendors.ts";

/** By a Model's name: its target, and whose proofs that gives. */
const answering: Readonly<Record<string, readonly [target: string, prover: string | undefined]>> = {
  "to-openai": ["chatting/qwen-3", undefined],
  "to-responses": ["responding/o1-pro", "openai"],
  "to-anthropic": ["anthropic/claude-opus-5", "anthropic"],
  "to-gemini": ["gemini/gemini-3-flash", "google"],
  "to-bedrock": ["bedrock/us.anthropic.claude-opus-5-v1:0", "anthropic"],
};

/** What each SDK's own vendor answers to, and whose proofs it takes. */
const own: Readonly<Record<string, readonly [model: string, prover: string | undefined]>> = {
  "openai chat": ["qwen-3", undefined],
  "openai responses": ["o3-pro", "openai"],
  anthropic: ["claude-opus-5", "anthropic"],
  gemini: ["gemini-3-flash", "google"],
  "bedrock converse": ["us.anthropic.claude-opus-5-v1:0", "anthropic"],
};

const pairs = Object.keys(own).flatMap((client) =>
  Object.keys(answering).map((model) => ({ client, model })),
);

/** Every signature of the mock provider's, and every mark of ours. */
const ofMock = /c2lnbmF0dXJlIG9m/;
const ofOurs = /c2x1aWNl/;

let world: VendorWorld;

beforeAll(async () => {
  const documents = Object.entries(answering).map(([name, [target]]) => modelText(name, [target]));
  world = await startVendorWorld(documents.join("\n"), Object.keys(answering));
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({
    rules: [
      { when: { role: "tool" }, answer: { text: "Sunny in both." } },
      { answer: { reasoning: "Two towns.", ...twoCalls } },
    ],
  });
  world.mock.reset();
});

const sent = (turn: number) => JSON.stringify(world.mock.log[turn]?.body);

function clientOf(name: string) {
  const made = hubClients[name];
  if (made === undefined) throw new RangeError(`no client ${name}`);
  return made(world);
}

describe.each(pairs)("$client, $model", ({ client, model }) => {
  const [ownModel, ownProver] = own[client] ?? [""];
  const prover = answering[model]?.[1];

  it("goes on at the SDK's own vendor with no proof but that vendor's", async () => {
    expect(await clientOf(client).goOn(model, ownModel)).toBe("Sunny in both.");
    expect(sent(1)).toContain("18 degrees");
    expect(sent(1)).not.toMatch(ofOurs);
    expect(ofMock.test(sent(1))).toBe(prover !== undefined && prover === ownProver);
  });

  it("goes on where it was with that vendor's own proof, if its SDK can carry one", async () => {
    expect(await clientOf(client).goOn(model)).toBe("Sunny in both.");
    expect(sent(1)).not.toMatch(ofOurs);
    const isCarried = [prover, ownProver].every((each) => each === "openai" || each === "anthropic");
    expect(ofMock.test(sent(1))).toBe(isCarried || (prover === "google" && ownProver === "google"));
  });
});

describe("calls that another vendor's model made", () => {
  it("have Google's own word for a missing signature when they come to Google", async () => {
    await clientOf("gemini").goOn("to-anthropic", "gemini-3-flash");
    const { contents = [] } = (world.mock.log[1]?.body ?? {}) as GeminiBody;
    const [first, second] = contents[1]?.parts.slice(-2) ?? [];
    expect([first?.thoughtSignature, second?.thoughtSignature]).toEqual([
      "skip_thought_signature_validator",
      undefined,
    ]);
  });
});

interface GeminiBody {
  readonly contents?: readonly { readonly parts: readonly { readonly thoughtSignature?: string }[] }[];
}

describe("Claude asked to think by a budget", () => {
  const tools = [{ name: "get_weather", input_schema: { type: "object" as const } }];
  const thinking = { type: "enabled" as const, budget_tokens: 1_024 };
  const asked = { max_tokens: 2_000, tools, thinking };
  const question: Anthropic.MessageParam = { role: "user", content: "How is the weather?" };
  const say = async (model: string, messages: Anthropic.MessageParam[]) => {
    const baseURL = world.urlOf("anthropic");
    const client = new Anthropic({ baseURL, apiKey: "none", maxRetries: 0, logLevel: "off" });
    return client.messages.stream({ model, messages, ...asked }).finalMessage();
  };
  const withResults = ({ content }: Anthropic.Message): Anthropic.MessageParam[] => [
    { role: "assistant", content },
    {
      role: "user",
      content: content.flatMap((block) =>
        block.type === "tool_use"
          ? [{ type: "tool_result" as const, tool_use_id: block.id, content: "18 degrees" }]
          : [],
      ),
    },
  ];
  const bodyOf = (turn: number) => world.mock.log[turn]?.body as Anthropic.MessageCreateParams;
  const kindsIn = ({ content }: Anthropic.MessageParam) =>
    typeof content === "string" ? content : content.map(({ type }) => type);

  it("goes on without in a turn that another model began", async () => {
    const first = await say("to-gemini", [question]);
    expect(first.content.map(({ type }) => type)).toEqual(["thinking", "text", "tool_use", "tool_use"]);
    await say("claude-opus-5", [question, ...withResults(first)]);
    const { messages, thinking: wish } = bodyOf(1);
    expect(messages.map(kindsIn)).toEqual([
      "How is the weather?",
      ["text", "tool_use", "tool_use"],
      ["tool_result", "tool_result"],
    ]);
    expect(wish).toEqual({ type: "disabled" });
  });

  it("hears its own thoughts again as they were, after a turn of another model", async () => {
    const first = await say("claude-opus-5", [question]);
    const asking = [question, ...withResults(first)];
    const second = await say("to-gemini", asking);
    const again = [...asking, { role: "assistant" as const, content: second.content }, question];
    await say("claude-opus-5", again);
    const { messages, thinking: wish } = bodyOf(2);
    expect(messages[1]).toEqual(again[1]);
    expect(sent(2)).not.toMatch(ofOurs);
    expect(wish).toEqual(thinking);
  });
});
