// Owns the proof that a distribution reads at the scrape as prom-client's own histogram does.

import fc from "fast-check";
import { Histogram, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { Distribution } from "../../../core/telemetry/distribution.ts";

const name = "tried_seconds";
const help = "Tried.";
const bounds = [0.00005, 0.1, 0.5, 1, 25];

/** The text of one registry that holds prom-client's kind, and of one that holds ours. */
async function show(label: string | undefined, observed: readonly (readonly [string, number])[]) {
  const [theirs, ours] = [new Registry(), new Registry()];
  const labelNames = label === undefined ? [] : [label];
  const histogram = new Histogram({ name, help, labelNames, buckets: [...bounds], registers: [theirs] });
  const distribution = new Distribution({ name, help, label, bounds }).register(ours);
  for (const [of, value] of observed) {
    histogram.observe(label === undefined ? {} : { [label]: of }, value);
    distribution.observe(label === undefined ? "" : of, value);
  }
  return { expected: await theirs.metrics(), shown: await ours.metrics() };
}

const value = fc.oneof(fc.constantFrom(0, ...bounds), fc.double({ min: 0, max: 30, noNaN: true }));
const of = fc.oneof(fc.constantFrom("gpt-4o", "other", 'a"b\\c\nd', ""), fc.string());

describe("a distribution", () => {
  it.each(["model", undefined])("by %s reads as prom-client's histogram", async (label) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(of, value), { maxLength: 40 }), async (observed) => {
        const { expected, shown } = await show(label, observed);
        expect(shown).toBe(expected);
      }),
    );
  });
});
