// Owns the proof that guards follow the policy in force: a changed one at once, a bad one never, and a stream
// under way the one it began with.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually, startWorld, type World } from "../world.ts";
import { guardText, usesText } from "./guarded.ts";

const house = "{ detector: patterns, config: { words: [ osprey ] }, action: redact }";

let world: World;
let file: string;
let original: string;

beforeEach(async () => {
  world = await startWorld({
    documents:
      guardText("house", house) + usesText({ house: "{ guard: house, on: [llm.request, llm.answer] }" }),
    script: { rules: [{ answer: { text: "The osprey and the heron." } }] },
  });
  file = join(world.policyDir, "policy.yaml");
  original = await readFile(file, "utf8");
});
afterEach(() => world.close());

const client = () => new OpenAI({ baseURL: world.openaiUrl, apiKey: "none", maxRetries: 0, logLevel: "off" });
const messages = [{ role: "user" as const, content: "Name two birds." }];

async function answer(): Promise<string | null | undefined> {
  const { choices } = await client().chat.completions.create({ model: "gpt-4o", messages });
  return choices[0]?.message.content;
}

it("takes a changed guard at once", async () => {
  expect(await answer()).toBe("The [BLOCKED_WORD_REDACTED] and the heron.");
  await writeFile(file, original.replace("words: [ osprey ]", "words: [ heron ]"));
  expect(await world.sidecar.reload()).not.toBe("failed");
  expect(await answer()).toBe("The osprey and the [BLOCKED_WORD_REDACTED].");
  await writeFile(file, original.replace("action: redact", "action: block"));
  expect(await world.sidecar.reload()).not.toBe("failed");
  await expect(answer()).rejects.toMatchObject({ status: 400, code: "blocked_content" });
  await writeFile(file, original.replace("on: [llm.request, llm.answer]", "on: [llm.request]"));
  expect(await world.sidecar.reload()).not.toBe("failed");
  expect(await answer()).toBe("The osprey and the heron.");
});

it.each([
  ["a setting of the wrong type", "words: [ osprey ]", "words: osprey", "spec.config.words"],
  ["a setting nobody knows", "words: [ osprey ]", "wards: [ osprey ]", "spec.config.wards"],
  [
    "a pattern that RE2 does not take",
    "words: [ osprey ]",
    'patterns: { a: { regex: "(?=a)b" } }',
    "spec.config.patterns.a.regex",
  ],
  ["no detector of the name", "detector: patterns", "detector: patern", "spec.detector"],
  ["an action nobody knows", "action: redact", "action: remove", "spec.action"],
  ["an action that cannot be taken there", "action: redact", "action: repair", "spec.agent.guards.house.on"],
])("keeps the old policy, all of it, for %s", async (_what, from, to, path) => {
  const changed = original.replace(from, to).replace("models: [ gpt-4o, small ]", "models: [ small ]");
  expect(changed).not.toBe(original);
  await writeFile(file, changed);
  expect(await world.sidecar.reload()).toBe("failed");
  expect(await world.gateway.reload()).toBe("failed");
  for (const log of [world.sidecarLog, world.gatewayLog]) {
    // The watch may have seen the file while it was written.
    const lines = log.filter(({ event }) => event === "policy.rejected");
    expect(lines.map(({ problems }) => String(problems)).join()).toContain(path);
  }
  expect(await answer()).toBe("The [BLOCKED_WORD_REDACTED] and the heron.");
});

it("lets a stream under way end as it began", async () => {
  const text = "The osprey and the heron. ".repeat(30);
  world.mock.setScript({ rules: [{ answer: { text, betweenMs: 10 } }] });
  const stream = await client().chat.completions.create({ model: "gpt-4o", messages, stream: true });
  let said = "";
  let isReloaded = false;
  for await (const { choices } of stream) {
    said += choices[0]?.delta.content ?? "";
    if (said.length > 100 && !isReloaded) {
      isReloaded = true;
      await writeFile(file, original.replace("words: [ osprey ]", "words: [ heron ]"));
      await world.sidecar.reload();
    }
  }
  expect(isReloaded).toBe(true);
  expect(said).toBe(text.replaceAll("osprey", "[BLOCKED_WORD_REDACTED]"));
  world.mock.setScript({ rules: [{ answer: { text: "The osprey and the heron." } }] });
  expect(await answer()).toBe("The osprey and the [BLOCKED_WORD_REDACTED].");
});

it("sees a change of the file by itself", async () => {
  await writeFile(file, original.replace("words: [ osprey ]", "words: [ heron ]"));
  await eventually(() => world.sidecarLog.filter(({ event }) => event === "policy.loaded").length >= 3);
  expect(await answer()).toBe("The osprey and the [BLOCKED_WORD_REDACTED].");
});
