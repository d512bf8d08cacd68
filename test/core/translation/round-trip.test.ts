// Owns the proof that calls and answers keep what any two vendors have words for, there and back. Knows no
// vendor by name.

import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../core/contracts/dialect.ts";
import { translateAnswer } from "../../../core/motion/translated.ts";
import { bounds, deltasOf, read } from "../dialects/answers.ts";
import { exchangesOf, type HubDialect, hub, type Recorded } from "./hub.ts";
import { printPair, reportPair } from "./report.ts";

const exchanges = new Map(hub.map((from) => [from, exchangesOf(from)]));
const pairs = hub.flatMap((from) => hub.map((to) => ({ from, to, pair: `${from.name} → ${to.name}` })));

describe.each(pairs)("$pair → back", ({ from, to }) => {
  const rows = exchanges.get(from) ?? [];

  it.each(["requests", "answers"] as const)("%s keep all that both have words for", (what) => {
    const report = reportPair(rows, { from, to, what });
    expect(report.faults, printPair(report)).toEqual(new Map());
    expect(report.kept).toBeGreaterThan(0);
  });

  it("a streamed answer that is cut off anywhere has no end", () => {
    for (const row of rows.filter((row) => isGoodStream(row, from.dialect)).slice(0, 8)) {
      for (const at of placesIn(row))
        expect([row.name, at, codeOf(row, at, { from, to })]).toEqual(refusedAt(row, at));
    }
  });
});

function isGoodStream({ head, body }: Recorded, dialect: Dialect): boolean {
  if (head.status >= 400 || head.headers["content-type"] === "application/json") return false;
  const said = read(dialect, head, [body]);
  return !("kind" in said) && !deltasOf(said).some(({ kind }) => kind === "error");
}

/** Some thirty, and none so late that all was said. */
function placesIn({ body }: Recorded): readonly number[] {
  const last = Math.floor(body.length * 0.9);
  return Array.from({ length: 30 }, (_, index) => Math.floor((last * index) / 30));
}

/** What the client's reader hears of an upstream that stops there. */
function codeOf(
  { head, body }: Recorded,
  at: number,
  { from, to }: { from: HubDialect; to: HubDialect },
): string {
  const models = { model: "m", upstreamModel: from.model };
  const options = { from: from.dialect, to: to.dialect, ...models, isStream: true, query: "?alt=sse" };
  const reader = translateAnswer(head, options).reader(bounds);
  const said = reader.push(body.subarray(0, at));
  if ("kind" in said) return said.code;
  const last = reader.end();
  return "kind" in last ? last.code : "a clean end";
}

function refusedAt({ name }: Recorded, at: number): readonly unknown[] {
  return [name, at, expect.stringMatching(/^upstream_(truncated|malformed)$/)];
}
