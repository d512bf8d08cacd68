// Owns the proof that the project's own exchanges conform, and that the run sees a dialect that does not.

import { describe, expect, it } from "vitest";
import { sharedPath } from "../shared-data.ts";
import { faults } from "./broken-dialects.ts";
import { goldenExchanges } from "./goldens.ts";
import { checkObservedErrors } from "./observed-errors.ts";
import { runChecks } from "./run.ts";
import { shortcomings } from "./verdict.ts";

const goldens = [...goldenExchanges()];
const nothingElse = { usage: undefined, errors: [], trips: [] };

describe("the goldens", () => {
  const run = runChecks({ exchanges: goldens });

  it("conform, all of them", () => {
    expect(run.dialects.flatMap(({ failures }) => failures)).toEqual([]);
    expect(run.refused).toEqual([]);
    expect(run.uncovered).toEqual([]);
    expect(run.exchanges).toBe(goldens.length);
    expect(shortcomings({ run, ...nothingElse })).toEqual([]);
  });

  it("are of every dialect a model is asked in", () => {
    const names = run.dialects.map(({ dialect }) => dialect);
    const chats = ["anthropic-messages", "bedrock-converse", "gemini", "openai-chat", "openai-responses"];
    expect(names).toEqual(expect.arrayContaining(chats));
  });
});

describe.each(faults)("a dialect that $what", ({ seenBy, breakDialect }) => {
  it.each(["openai-chat", "anthropic-messages"])(`fails for its ${seenBy}: %s`, (dialect) => {
    const run = runChecks({ exchanges: goldens, dialect, replace: breakDialect });
    const failures = run.dialects.flatMap(({ failures }) => failures);
    expect(failures.map(({ check }) => check)).toContain(seenBy);
    expect(shortcomings({ run, ...nothingElse })).toEqual([expect.stringMatching(/exchanges? fail/)]);
  });
});

describe("what is not covered", () => {
  const unlisted = goldens.map((golden) => ({ ...golden, asked: { ...golden.asked, path: "/v1/nowhere" } }));

  it("is named, and too much of it is a failure", () => {
    const run = runChecks({ exchanges: unlisted });
    expect(run.uncovered).toHaveLength(goldens.length);
    expect(run.uncovered[0]?.reason).toContain("/v1/nowhere: not listed");
    expect(shortcomings({ run, ...nothingElse })).toEqual([expect.stringContaining("not covered")]);
  });

  it("is nothing at all where nothing is found", () => {
    const run = runChecks({ exchanges: [] });
    expect(shortcomings({ run, ...nothingElse })).toEqual(["no exchange was found"]);
  });
});

describe("errors that others observed", () => {
  const path = sharedPath("recorded/observed_errors.json");

  it.skipIf(path === undefined)("come to what they mean, and a deaf dialect is seen", async () => {
    const problemsOf = async (replace: Parameters<typeof checkObservedErrors>[1]) =>
      (await checkObservedErrors(path ?? "", replace)).filter(({ problem }) => problem !== undefined);
    expect(await problemsOf((same) => same)).toEqual([]);
    const deaf = faults.find(({ seenBy }) => seenBy === "errors")?.breakDialect;
    expect(await problemsOf(deaf ?? ((same) => same))).not.toEqual([]);
  });
});
