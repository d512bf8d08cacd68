// Owns what every store of answers has to hold to. Knows no store by name.

import { expect, it } from "vitest";
import type { AnswerClaim, KeptAnswers } from "../../../core/contracts/store.ts";

let keys = 0;

export function claimOf(more: Partial<AnswerClaim> = {}): AnswerClaim {
  keys += 1;
  const own = { key: `key-${process.pid}-${keys}`, fingerprint: "body", owner: `owner-${keys}` };
  return { ...own, pendingMs: 10_000, lifeMs: 60_000, ...more };
}

export function keepsToAnswers(open: () => KeptAnswers): void {
  it("the first begins, and others wait until it has answered", async () => {
    const answers = open();
    const first = claimOf();
    const second = { ...first, owner: "another" };
    expect(await answers.begin(first)).toEqual({ kind: "begun" });
    expect(await answers.begin(second)).toEqual({ kind: "pending" });
    await answers.finish(first, "sealed");
    expect(await answers.begin(second)).toEqual({ kind: "answered", answer: "sealed" });
  });

  it("another body under the same key is a conflict, whatever came of the first", async () => {
    const answers = open();
    const first = claimOf();
    const other = { ...first, owner: "another", fingerprint: "other" };
    await answers.begin(first);
    expect(await answers.begin(other)).toEqual({ kind: "conflict" });
    await answers.finish(first, undefined);
    expect(await answers.begin(other)).toEqual({ kind: "conflict" });
  });

  it("what was not made is forgotten, and what nobody knows of stays unknown", async () => {
    const answers = open();
    const dropped = claimOf();
    await answers.begin(dropped);
    await answers.drop(dropped);
    expect(await answers.begin({ ...dropped, owner: "another" })).toEqual({ kind: "begun" });
    const lost = claimOf();
    await answers.begin(lost);
    await answers.finish(lost, undefined);
    expect(await answers.begin({ ...lost, owner: "another" })).toEqual({ kind: "unknown" });
  });

  it("one that takes too long is unknown, and never begun again", async () => {
    const answers = open();
    const slow = claimOf({ pendingMs: 20 });
    await answers.begin(slow);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await answers.begin({ ...slow, owner: "another" })).toEqual({ kind: "unknown" });
  });

  it("nobody else says what came of it", async () => {
    const answers = open();
    const first = claimOf();
    await answers.begin(first);
    await answers.finish({ ...first, owner: "another" }, "forged");
    await answers.drop({ ...first, owner: "another" });
    expect(await answers.begin({ ...first, owner: "another" })).toEqual({ kind: "pending" });
  });

  it("of many at once one begins", async () => {
    const answers = open();
    const claim = claimOf();
    const said = await Promise.all(
      Array.from({ length: 20 }, (_, at) => answers.begin({ ...claim, owner: `owner of ${at}` })),
    );
    expect(said.filter((each) => each !== "lost" && each.kind === "begun")).toHaveLength(1);
  });
}
