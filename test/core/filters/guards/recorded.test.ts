// Owns the proof on recorded answers: what is planted is taken out wherever it falls, and what holds nothing
// leaves as it came. Knows no row by name.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnswerHead, Dialect } from "../../../../core/contracts/dialect.ts";
import { Exchange, type Route } from "../../../../core/contracts/exchange.ts";
import type { Frame, Frames, Stop } from "../../../../core/contracts/frame.ts";
import type { GuardRule } from "../../../../core/filters/guards/rule.ts";
import { guardsFilter } from "../../../../core/filters/guards.ts";
import { hasSharedData } from "../../../shared-data.ts";
import { bounds, frames as framesOf } from "../../dialects/answers.ts";
import type { Exchanged } from "../../dialects/recorded-checks.ts";
import { anyCut } from "../../text/cuts.ts";
import { plantings } from "./planting.ts";
import { recordings } from "./recordings.ts";
import { ruleOn, whereverSaid, word } from "./walks.ts";
import { laggingGuard } from "./word-detector.ts";

const stages = ["llm.answer", "llm.reasoning", "tool.args", "tool.result"] as const;
const redacting = { action: { kind: "redact", with: "marker" }, onUninspectable: "flag" } as const;
const marking = ruleOn(stages, redacting);
const lagging = ruleOn(stages, { ...redacting, guard: laggingGuard(word, 23) });
const marker = "[WORD_REDACTED]";

/** What is left of an answer; the walk's own way of asking is tried elsewhere. */
async function pass(
  dialect: Dialect,
  { head, chunks }: { readonly head: AnswerHead; readonly chunks: readonly Buffer[] },
  rules: readonly GuardRule[],
): Promise<Buffer> {
  const route = { name: "r", agent: "a", dialect } as unknown as Route;
  const request = { method: "POST", path: "/", query: "", headers: {} };
  const exchange = new Exchange({ id: "x", head: request, route, address: "", startedAtMs: 0 });
  const watch = { found: () => {}, decided: () => {} };
  const visit = await guardsFilter({ place: "sidecar", rules, watch, key: Buffer.alloc(8) }).open(exchange);
  if (visit?.kind !== "visit") throw new Error("nobody looks");
  const [reader, writer] = [dialect.reader(head, bounds), dialect.writer(head)];
  const out: Buffer[] = [];
  const take = (said: Frames | Stop): void => {
    if ("kind" in said && said.kind !== "frame") throw new Error(`stopped: ${JSON.stringify(said)}`);
    for (const frame of [said].flat() as readonly Frame[]) out.push(frame.bytes);
  };
  await visit.head?.({ status: head.status, headers: { ...head.headers } });
  const passAll = async (frames: ReturnType<typeof reader.push>): Promise<void> => {
    if ("kind" in frames) throw new Error(frames.code);
    for (const frame of frames) take((await visit.frame?.(frame, writer)) ?? frame);
  };
  for (const chunk of chunks) await passAll(reader.push(chunk));
  await passAll(reader.end());
  take((await visit.flush?.(writer)) ?? []);
  return Buffer.concat(out);
}

/** Names of the answers for which it does not hold, and why. */
async function failures(
  rows: readonly Exchanged[],
  holds: (row: Exchanged) => Promise<void>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const row of rows) {
    const [settled] = await Promise.allSettled([holds(row)]);
    if (settled?.status === "rejected") failed.push(`${row.name}: ${String(settled.reason).slice(0, 200)}`);
  }
  return failed;
}

const ours = recordings.filter(({ rows }) => hasSharedData || rows().length > 0);

describe.each(ours)("$name", ({ dialect, rows: load }) => {
  const rows = load();

  it("leaves as it came where nothing is found, however cut and however long a guard waits", async () => {
    const failed = await failures(rows, async ({ head, body }) => {
      for (const rule of [marking, lagging]) {
        const [chunks = [body]] = fc.sample(anyCut(body), 1);
        const left = await pass(dialect, { head, chunks }, [rule]);
        if (!left.equals(body)) throw new Error("other bytes");
      }
    });
    expect(failed).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
  });

  it("leaves without what was planted, wherever it falls", async () => {
    let count = 0;
    const failed = await failures(rows, async (row) => {
      const { head } = row;
      for (const { body, kind } of plantings(dialect, row, word)) {
        count += 1;
        const rule = count % 2 === 0 ? marking : lagging;
        const left = await pass(dialect, { head, chunks: [body] }, [rule]);
        const now = framesOf(dialect, head, [left]);
        const said = whereverSaid({ bytes: left, headers: head.headers }, now);
        if (said.includes(word)) throw new Error(`${kind}: the word`);
        if (!said.includes(marker)) throw new Error(`${kind}: no marker`);
      }
    });
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(rows.length / 4);
  });
});
