// Owns the proof of what is kept of what a model said, within its bound.

import { describe, expect, it } from "vitest";
import type { Delta, Frame } from "../../../core/contracts/frame.ts";
import { lastTextFilter } from "../../../core/filters/last-text.ts";
import { asVisit, sampleExchange } from "./sample-exchange.ts";

const text = (said: string, more: Partial<Delta> = {}): Delta =>
  ({ kind: "text", channel: "0", text: said, mode: "append", ...more }) as Delta;

function hear(inbound: ReturnType<typeof sampleExchange>, ...deltas: Delta[]): void {
  const exchange = sampleExchange();
  exchange.inbound = inbound;
  const visit = asVisit(lastTextFilter().open(exchange));
  for (const delta of deltas) {
    const frame: Frame = { kind: "frame", bytes: Buffer.alloc(0), deltas: [delta] };
    expect(visit.frame?.(frame, {} as never)).toBe(frame);
  }
}

describe("the last text", () => {
  it("is none where a call belongs to no task", () => {
    expect(lastTextFilter().open(sampleExchange())).toBeUndefined();
  });

  it("is what the first choice said last, and nothing else", () => {
    const inbound = sampleExchange();
    hear(inbound, text("old"));
    hear(inbound, text("Hel"), text("lo"));
    expect(inbound.lastText).toBe("Hello");
    hear(
      inbound,
      text("x", { channel: "1" } as Partial<Delta>),
      text("y", { mode: "snapshot" } as Partial<Delta>),
      text("z", { kind: "reasoning" } as Partial<Delta>),
    );
    expect(inbound.lastText, "an answer without a text leaves the one before").toBe("Hello");
  });

  it("is bounded, and says so", () => {
    const inbound = sampleExchange();
    hear(inbound, text("x".repeat(60_000)), text("y".repeat(60_000)), text("z"));
    expect(inbound.lastText).toHaveLength(65_536 + 3);
    expect(inbound.lastText?.endsWith("y...")).toBe(true);
  });
});
