// Owns the proof of overlays: merge patch by kind and name, and where each value comes from afterwards.

import { describe, expect, it } from "vitest";
import { explainPolicy } from "../../../core/policy/explain.ts";
import { formatProblem } from "../../../core/policy/problem.ts";
import { makeDirectory } from "./directory.ts";
import { document, type Files, good, policyOf, problemsIn, said, spoil } from "./samples.ts";

const overlay = (spec: string): Files => ({
  ...good,
  "overlay/agent.yaml": document("Agent", "search", spec),
});

describe("merge patch", () => {
  it("changes what it names and keeps the rest", () => {
    const agent = policyOf(overlay("limits: { requests: { requests: 600, burst: 50 } }")).agents.get(
      "search",
    );
    expect(agent?.limits.get("requests")).toMatchObject({
      amount: 600,
      burst: 50,
      window: { kind: "sliding", windowMs: 60_000 },
      by: ["caller"],
    });
    expect(agent?.paths).toEqual(["/search"]);
  });

  it("deletes with null", () => {
    expect(policyOf(overlay("limits: { requests: null }")).agents.get("search")?.limits.size).toBe(0);
  });

  it("replaces lists whole", () => {
    const agent = policyOf(overlay("callers: [{ anonymous: true }]")).agents.get("search");
    expect(agent?.callers).toEqual([{ kind: "anonymous" }]);
  });

  it("adds documents of its own", () => {
    const files = { ...good, "overlay/more.yaml": document("Limit", "all", "concurrency: 100") };
    expect(policyOf(files).limits.get("all")?.amount).toBe(100);
  });

  it("changes one window into another only by taking the first away", () => {
    const change = (window: string): Files =>
      overlay(`limits: { requests: { burst: null, window: ${window} } }`);
    expect(problemsIn(change("{ fixed: 1h }"))).toHaveLength(1);
    const limit = policyOf(change("{ sliding: null, fixed: 1h }"))
      .agents.get("search")
      ?.limits.get("requests");
    expect(limit?.window).toEqual({ kind: "fixed", windowMs: 3_600_000 });
  });

  it("warns of a null that deletes nothing", () => {
    const { warnings } = policyOf(overlay("limits: { reqests: null }"));
    expect(warnings.map(formatProblem)).toEqual([
      expect.stringMatching(/^overlay\/agent\.yaml:5 Agent\/search spec\.limits\.reqests: is null, /),
    ]);
  });
});

describe("where a problem is", () => {
  it("is the overlay that brought it", () => {
    expect(problemsIn(overlay("models: [gpt-4o]\nlimits: { requests: { burst: 90 } }"))).toEqual([
      said(
        "overlay/agent.yaml:6 Agent/search spec.limits.requests.burst",
        "is more than requests, so it would never be reached",
      ),
    ]);
  });

  it("is the file below where the overlay left it", () => {
    const spoilt = spoil("agent.yaml", "[gpt-4o]", "[gpt-9]");
    const files = { ...spoilt, "overlay/a.yaml": document("Agent", "search", "errors: pass") };
    expect(problemsIn(files)).toEqual([expect.stringMatching(/^agent\.yaml:9 /)]);
  });

  it("a secret an overlay hides is still one", () => {
    const files = {
      ...spoil("provider.yaml", "OPENAI_API_KEY", "sk-live-4f9a8b7c6d5e4f3a2b1c"),
      "overlay/p.yaml": document("Provider", "openai", "credential: { env: OPENAI_API_KEY }"),
    };
    expect(problemsIn(files)).toEqual([
      expect.stringMatching(/^provider\.yaml:7 .* an API key is written out/),
    ]);
  });

  it("twice in one directory names both", () => {
    const files = { ...good, "twin.yaml": `# twin\n${good["model.yaml"]}` };
    expect(problemsIn(files)).toEqual([
      expect.stringMatching(/^twin\.yaml:2 Model\/gpt-4o: stands twice .*model\.yaml:1/),
    ]);
  });
});

describe("explain", () => {
  it("names file and line of every value, and what is built in", async () => {
    const base = await makeDirectory(good);
    const over = await makeDirectory({
      "o.yaml": document("Agent", "search", "limits: { requests: { burst: 5 } }\nerrors: pass"),
    });
    const explained = await explainPolicy([base, over], "search");
    const values = explained.ok ? explained.values : [];
    const of = (path: string) => values.find((value) => value.path === path);
    expect(of("spec.limits.requests.requests")).toMatchObject({
      value: 60,
      file: `${base}/agent.yaml`,
      line: 11,
    });
    expect(of("spec.limits.requests.burst")).toMatchObject({ value: 5, file: `${over}/o.yaml`, line: 5 });
    expect(of("spec.errors")).toMatchObject({ value: "pass", file: `${over}/o.yaml`, line: 6 });
    expect(of("spec.onUnattributed")).toMatchObject({ value: "share", file: "built in", line: 0 });
    expect(of("spec.callers[0].caller")).toMatchObject({ value: "web-app", line: 7 });
  });

  it("takes any kind, and tells the nearest name where there is none", async () => {
    const dir = await makeDirectory(good);
    expect(await explainPolicy([dir], "Provider/openai")).toMatchObject({ ok: true });
    expect(await explainPolicy([dir], "serch")).toEqual({
      ok: false,
      problem: "there is no Agent/serch in these directories",
      hint: "did you mean Agent/search?",
    });
  });

  it("never shows a secret that should not be there", async () => {
    const dir = await makeDirectory(spoil("provider.yaml", "OPENAI_API_KEY", "sk-live-4f9a8b7c6d5e4f3a2b1c"));
    const explained = JSON.stringify(await explainPolicy([dir], "Provider/openai"));
    expect(explained).toContain("[redacted]");
    expect(explained).not.toContain("4f9a8b7c");
  });
});
