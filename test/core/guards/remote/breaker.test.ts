// Owns the proof of when a breaker opens, for how long, and what closes it. Asks nobody.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Admission, Breaker, type Result } from "../../../../core/guards/remote/breaker.ts";

let nowMs = 0;
beforeEach(() => {
  nowMs = 1_000;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
});
afterEach(() => vi.restoreAllMocks());

const made = () => new Breaker({ failuresMax: 5, openMs: 30_000, openMsMax: 100_000 });
const admitted = (breaker: Breaker): Admission => {
  const said = breaker.admit();
  if (said.kind === "unable") throw new Error(said.because);
  return said;
};
const passes = (breaker: Breaker, ...results: Result[]) => {
  for (const result of results) breaker.note(admitted(breaker), result);
};
const fail = (breaker: Breaker, times: number) => passes(breaker, ...Array<Result>(times).fill("bad"));
const because = (breaker: Breaker) => {
  const said = breaker.admit();
  return said.kind === "unable" ? said.because : said.kind;
};

describe("a breaker", () => {
  it("opens after five failures in a row, for thirty seconds", () => {
    const breaker = made();
    fail(breaker, 4);
    passes(breaker, "neither", "good");
    fail(breaker, 4);
    expect(breaker.refusal).toBeUndefined();
    fail(breaker, 1);
    expect(breaker.refusal?.because).toBe("unreachable");
    nowMs += 29_999;
    expect(because(breaker)).toBe("unreachable");
    nowMs += 1;
    expect(breaker.refusal).toBeUndefined();
  });

  it("then lets one through at a time, and closes after three that do well", () => {
    const breaker = made();
    fail(breaker, 5);
    nowMs += 30_000;
    for (let probe = 0; probe < 3; probe += 1) {
      const probing = admitted(breaker);
      expect(because(breaker)).toBe("overloaded");
      breaker.note(probing, "good");
    }
    fail(breaker, 4);
    expect(because(breaker)).toBe("admission");
  });

  it("opens at once, and for twice as long, where a probe fails; up to its bound", () => {
    const breaker = made();
    fail(breaker, 5);
    let openMs = 30_000;
    for (const next of [60_000, 100_000, 100_000]) {
      nowMs += openMs;
      passes(breaker, "good", "bad");
      nowMs += next - 1;
      expect(because(breaker)).toBe("unreachable");
      nowMs += 1 - next;
      openMs = next;
    }
    nowMs += openMs;
    passes(breaker, "good", "good", "good");
    fail(breaker, 5);
    nowMs += 30_000;
    expect(because(breaker)).toBe("admission");
  });

  it("gives the place of a probe that tells nothing to the next", () => {
    const breaker = made();
    fail(breaker, 5);
    nowMs += 30_000;
    passes(breaker, "neither", "good", "neither", "good", "good");
    expect(because(breaker)).toBe("admission");
    expect(because(breaker)).toBe("admission");
  });

  it("does not hear of what was asked before it opened", () => {
    const breaker = made();
    const early = [admitted(breaker), admitted(breaker)];
    fail(breaker, 5);
    for (const one of early) breaker.note(one, "good");
    expect(breaker.refusal?.because).toBe("unreachable");
    nowMs += 30_000;
    const probe = admitted(breaker);
    for (const one of early) breaker.note(one, "bad");
    breaker.note(probe, "good");
    expect(because(breaker)).toBe("admission");
  });
});
