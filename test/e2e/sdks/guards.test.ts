// Owns what each vendor's official SDK hears of guarded models, its own vendor's and another's, streamed or
// not. Knows no guard's ways.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { guardText, usesText } from "../guarded.ts";
import { hubClients, type Said } from "./hub-clients.ts";
import { modelText, startVendorWorld, type VendorWorld } from "./vendors.ts";

/** One word for each action, so that one world has them all. */
const words = {
  block: "ZXQBLOCK1",
  redact: "ZXQREDACT2",
  flag: "ZXQFLAG3",
  truncate: "ZXQCUT4",
  strip: "ZXQSTRIP5",
  filter: "ZXQFILTER6",
} as const;
type Action = keyof typeof words;

const answering = ["llm.answer", "llm.reasoning", "tool.args"];
const targets = { "to-openai": "openai-all/gpt-5.4", "to-anthropic": "anthropic/claude-opus-5" };
const pairs = Object.keys(hubClients).flatMap((client) =>
  Object.keys(targets).map((model) => ({ client, model })),
);

let world: VendorWorld;

beforeAll(async () => {
  const models = Object.entries(targets).map(([name, target]) => modelText(name, [target]));
  const guards = Object.entries(words).map(([action, word]) => guardText({ name: action, word, action }));
  const agentSpec = usesText(Object.keys(words), answering);
  const documents = [...models, ...guards].join("\n");
  world = await startVendorWorld(documents, Object.keys(targets), undefined, { agentSpec });
});
afterAll(() => world.close());
beforeEach(() => world.mock.reset());

const text = (word: string) => `It was said. The code is ${word} today. Bye now.`;
const call = (word: string) => [{ name: "get_weather", arguments: { city: text(word), days: [1] } }];

function answer(word: string, where: "text" | "call"): void {
  const calls = call(where === "call" ? word : "none");
  const said = { reasoning: "Let me think.", text: text(where === "text" ? word : "none"), toolCalls: calls };
  world.mock.setScript({ rules: [{ answer: { ...said, chunkBytes: 7 } }] });
}

const left: Readonly<Record<Action, (said: string) => string>> = {
  block: (said) => said,
  redact: (said) => said.replace(words.redact, "[PLANTED_REDACTED]"),
  flag: (said) => said,
  truncate: (said) => `${said.slice(0, said.indexOf(words.truncate))}...`,
  strip: (said) => said.replace(words.strip, ""),
  filter: () => "It was said. Bye now.",
};

function ask(client: string, model: string, how: "ask" | "stream"): Promise<Said> {
  const asking = hubClients[client]?.(world);
  if (asking === undefined) throw new Error(`no such client: ${client}`);
  return asking[how](model);
}

describe.each(pairs)("$client $model", ({ client, model }) => {
  describe.each(["ask", "stream"] as const)("%s", (how) => {
    it.each(Object.keys(words) as Action[])("%s in what is said", async (action) => {
      answer(words[action], "text");
      if (action === "block") return expect(ask(client, model, how)).rejects.toThrow();
      const said = await ask(client, model, how);
      expect(said.text).toBe(left[action](text(words[action])));
      expect(said.calls).toEqual(call("none"));
      expect(said.outputTokens).toBeGreaterThan(0);
    });

    it.each(Object.keys(words) as Action[])("%s in what is called", async (action) => {
      answer(words[action], "call");
      if (action === "block" || action === "truncate")
        return expect(ask(client, model, how)).rejects.toThrow();
      const said = await ask(client, model, how);
      expect(said.text).toBe(text("none"));
      const city = left[action](text(words[action]));
      expect(said.calls).toEqual([{ name: "get_weather", arguments: { city, days: [1] } }]);
    });
  });
});
