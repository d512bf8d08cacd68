// Owns the proof of a trial's figures. Knows no guard.

import { describe, expect, it } from "vitest";
import { meanBySource, share, Tally, type Trial } from "../../../cli/guard/tally.ts";

const trial: Trial = {
  source: "a",
  kind: "direct",
  verdict: "positive",
  isFound: true,
  isUnable: false,
  bytes: 1024,
  ms: 1,
};

function tallyOf(...trials: readonly Partial<Trial>[]): Tally {
  const tally = new Tally();
  for (const one of trials) tally.add({ ...trial, ...one });
  return tally;
}

describe("shares", () => {
  it("are by source and kind, attacks and harmless texts apart", () => {
    const { groups, total } = tallyOf(
      { source: "b", isFound: false },
      {},
      { isFound: false },
      { verdict: "benign" },
      { verdict: "hard", isFound: false, isUnable: true },
      { kind: "indirect", verdict: undefined },
    );
    expect(groups.map(({ source, kind, texts }) => [source, kind, texts])).toEqual([
      ["a", "direct", 4],
      ["a", "indirect", 1],
      ["b", "direct", 1],
    ]);
    expect(groups[0]).toMatchObject({
      positive: { count: 2, found: 1 },
      benign: { count: 1, found: 1 },
      hard: { count: 1, found: 0 },
      unable: 1,
    });
    expect(total).toMatchObject({ texts: 6, positive: { count: 3, found: 1 } });
  });

  it("of nothing are not there", () => {
    expect(share({ count: 0, found: 0 })).toBeUndefined();
    expect(meanBySource([], "positive")).toBeUndefined();
  });

  it("a source counts once in the mean, whatever its size and kinds", () => {
    const many = Array.from({ length: 8 }, () => ({ isFound: true }));
    const { groups } = tallyOf(
      ...many,
      { source: "b", isFound: false },
      { source: "b", kind: "x", isFound: true },
    );
    expect(meanBySource(groups, "positive")).toBe(0.75);
    expect(meanBySource(groups, "hard")).toBeUndefined();
  });
});

describe("time", () => {
  it("is told by text, and by 4 KiB of text", () => {
    const times = Array.from({ length: 100 }, (_, at) => ({ ms: at + 1 }));
    const { latency } = tallyOf(...times).total;
    expect(latency.perText).toEqual({ p50: 51, p99: 100 });
    expect(latency.per4KiB).toEqual({ p50: 4 * 50.5, p99: 4 * 98.5 });
  });

  it("of one text of 8 KiB is half of it for 4", () => {
    expect(tallyOf({ bytes: 8192, ms: 3 }).total.latency.per4KiB).toEqual({ p50: 1.5, p99: 1.5 });
    expect(tallyOf({ bytes: 100 }).total.latency.per4KiB).toBeUndefined();
  });
});
