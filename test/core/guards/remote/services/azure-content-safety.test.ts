// Owns the proof that Azure AI Content Safety is asked and understood as its specification says. No breaker.

import { describe, expect, it } from "vitest";
import type { TextSource } from "../../../../../core/contracts/guard.ts";
import { ask, malformed, played, playServer, whole } from "../asking.ts";
import { openGuard, saying, scan } from "../guard-server.ts";

playServer();

describe("Azure AI Content Safety", () => {
  const adapter = "azure-content-safety";
  const analysis = (severity: number) => ({
    blocklistsMatch: [],
    categoriesAnalysis: [
      { category: "Hate", severity: 0 },
      { category: "SelfHarm", severity },
    ],
  });

  it("is asked to analyze, with its key in its own header", async () => {
    played.server.respond = saying(analysis(0));
    const config = { adapter, url: played.server.url, credential: { env: "KEY" }, blocklists: ["words"] };
    expect(await scan(openGuard(config, { environment: { KEY: "secret" } }), "some text")).toEqual([]);
    const { path, body, headers } = played.server.seen.at(-1) ?? {};
    expect(path).toBe("/contentsafety/text:analyze?api-version=2024-09-01");
    expect(headers?.["ocp-apim-subscription-key"]).toBe("secret");
    expect(body).toEqual({
      text: "some text",
      outputType: "FourSeverityLevels",
      haltOnBlocklistHit: false,
      blocklistNames: ["words"],
    });
  });

  it("finds from severity 4 on, or from the policy's threshold on", async () => {
    expect((await ask({ adapter, answer: analysis(2) })).said).toEqual([]);
    expect((await ask({ adapter, answer: analysis(4) })).said).toMatchObject([{ type: "self_harm" }]);
    const low = { adapter, own: { threshold: 0.3 }, answer: analysis(2) };
    expect((await ask(low)).said).toMatchObject([{ type: "self_harm" }]);
    const blocked = { ...analysis(0), blocklistsMatch: [{ blocklistName: "words", blocklistItemId: "1" }] };
    expect((await ask({ adapter, answer: blocked })).said).toEqual([whole("blocklist")]);
  });

  it("shields prompts and documents", async () => {
    const own = { looksFor: "attacks" };
    const attack = { userPromptAnalysis: { attackDetected: true }, documentsAnalysis: [] };
    const { said, asked } = await ask({ adapter, own, answer: attack });
    expect(said).toEqual([whole("prompt_injection")]);
    expect(asked?.path).toBe("/contentsafety/text:shieldPrompt?api-version=2024-09-01");
    expect(asked?.body).toEqual({ userPrompt: "some text", documents: [] });
    const source: TextSource = { stage: "tool.result", role: "tool", kind: "tool.result" };
    const fine = { userPromptAnalysis: null, documentsAnalysis: [{ attackDetected: false }] };
    const ofResult = await ask({ adapter, own, answer: fine, source });
    expect(ofResult.said).toEqual([]);
    expect(ofResult.asked?.body).toEqual({ userPrompt: "", documents: ["some text"] });
    expect((await ask({ adapter, own, answer: {} })).said).toEqual(malformed);
  });
});
