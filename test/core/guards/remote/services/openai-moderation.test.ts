// Owns the proof that OpenAI's moderation is asked and understood as its reference says. No breaker.

import { describe, expect, it } from "vitest";
import { ask, malformed, played, playServer, whole } from "../asking.ts";
import { openGuard, saying, scan } from "../guard-server.ts";

playServer();

describe("OpenAI moderation", () => {
  const adapter = "openai-moderation";
  const result = (scores: Record<string, number>, flags: Record<string, boolean> = {}) => ({
    id: "modr-1",
    model: "omni-moderation-latest",
    results: [
      {
        flagged: Object.values(flags).includes(true),
        categories: { violence: false, hate: false, illicit: null, ...flags },
        category_scores: { violence: 0.01, hate: 0.01, ...scores },
        category_applied_input_types: {},
      },
    ],
  });

  it("is asked at its base or its host, with a key from the environment", async () => {
    for (const url of [
      played.server.url,
      `${played.server.url}/v1`,
      `${played.server.url}/v1/`,
      `${played.server.url}/v1/moderations`,
    ]) {
      played.server.respond = saying(result({}));
      const config = { adapter, url, credential: { env: "OPENAI_KEY" } };
      const guard = openGuard(config, { environment: { OPENAI_KEY: "sk-1" } });
      expect(await scan(guard, "some text")).toEqual([]);
      const { path, body, headers } = played.server.seen.at(-1) ?? {};
      expect(path).toBe("/v1/moderations");
      expect(body).toEqual({ model: "omni-moderation-latest", input: "some text" });
      expect(headers?.authorization).toBe("Bearer sk-1");
    }
  });

  it.each([
    ["violence/graphic", "violence"],
    ["hate/threatening", "hate_speech"],
    ["sexual/minors", "sexual_content"],
    ["self-harm/intent", "self_harm"],
    ["illicit/violent", "illegal_activities"],
    ["harassment", "harassment"],
  ])("%s is %s", async (theirs, ours) => {
    const { said } = await ask({ adapter, answer: result({ [theirs]: 0.93 }) });
    expect(said).toEqual([whole(ours, 0.93)]);
  });

  it("counts its own flags, until the policy has a threshold", async () => {
    const answer = result({ violence: 0.55 }, { violence: true });
    expect((await ask({ adapter, answer })).said).toEqual([whole("violence", 0.55)]);
    expect((await ask({ adapter, own: { threshold: 0.6 }, answer })).said).toEqual([]);
    expect((await ask({ adapter, own: { threshold: 0.5 }, answer })).said).toHaveLength(1);
  });

  it("says each category once, by its worst", async () => {
    const { said } = await ask({ adapter, answer: result({ violence: 0.85, "violence/graphic": 0.99 }) });
    expect(said).toEqual([whole("violence", 0.99)]);
  });

  it("is not understood without a result", async () => {
    for (const answer of [{ results: [] }, { error: { message: "no" } }]) {
      expect((await ask({ adapter, answer })).said).toEqual(malformed);
    }
  });
});
