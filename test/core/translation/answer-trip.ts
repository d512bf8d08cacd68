// Owns an answer's way to a client of another vendor and back: what is kept and what is not. Knows no
// vendor by name.

import type { AnswerHead } from "../../../core/contracts/dialect.ts";
import type { Delta, Usage } from "../../../core/contracts/frame.ts";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { deltasOf, read } from "../dialects/answers.ts";
import { differences, parsed } from "./canonical.ts";
import { hostedDeltas } from "./hosted.ts";
import type { HubDialect, Recorded } from "./hub.ts";
import { type Trip, translationOf } from "./request-trip.ts";

export function tripAnswer({ head, body }: Recorded, from: HubDialect, to: HubDialect): Trip {
  if (head.status >= 400) return { kind: "unread", because: "an error" };
  const told = read(from.dialect, head, [body]);
  if ("kind" in told) return { kind: "unread", because: told.code };
  const deltas = deltasOf(told);
  if (deltas.some(({ kind }) => kind === "error")) return { kind: "unread", because: "an error" };
  const isStream = head.headers["content-type"] !== "application/json";
  const there = retell(deltas, to, { isStream });
  if (!Array.isArray(there)) return { kind: "returned", lost: [`malformed there: ${there}`] };
  const back = retell(there, from, { isStream });
  if (!Array.isArray(back)) return { kind: "returned", lost: [`malformed back: ${back}`] };
  const was = canonicalAnswer(deltas);
  const lost = [...differences(was, canonicalAnswer(there)), ...differences(was, canonicalAnswer(back))];
  return { kind: "returned", lost: [...new Set(lost)] };
}

/** The deltas as another dialect's client reads them; a code where it cannot. */
function retell(
  deltas: readonly Delta[],
  { dialect, model }: HubDialect,
  { isStream }: { readonly isStream: boolean },
): Delta[] | string {
  const composer = translationOf(dialect).composer({ model, isStream });
  const pieces = [...deltas.map((delta) => composer.add([delta])), composer.end()];
  const head: AnswerHead = { status: 200, headers: { ...composer.headers } };
  const frames = read(
    dialect,
    head,
    pieces.filter((piece) => piece.length > 0),
  );
  return "kind" in frames ? frames.code : deltasOf(frames);
}

interface Choice {
  readonly texts: { [kind: string]: string };
  readonly calls: { name: string; args: string }[];
  stop: string;
}

/** What is said, by choice: texts whole, calls in their order, why it stopped; and what it used. */
export function canonicalAnswer(deltas: readonly Delta[]): JsonObject {
  const choices: { [index: string]: Choice } = {};
  const current = new Map<string, Choice["calls"][number]>();
  const hosted = hostedDeltas(deltas);
  for (const delta of deltas) {
    if (!("channel" in delta) || hosted.has(delta)) continue;
    const [index = "0"] = delta.channel.split("/");
    choices[index] ??= { texts: {}, calls: [], stop: "" };
    take(delta, choices[index], current);
  }
  const usage = deltas.findLast((delta) => delta.kind === "usage")?.usage;
  const canonical = Object.values(choices).map(({ texts, calls, stop }) => ({
    texts,
    calls: calls.map(({ name, args }) => ({ name, args: parsed(args) })),
    stop: stopOf(stop, calls.length),
  }));
  return { choices: canonical, ...(usage && { usage: figuresOf(usage) }) };
}

function take(delta: Delta, choice: Choice, current: Map<string, Choice["calls"][number]>): void {
  if (delta.kind === "end") choice.stop = delta.stop;
  if (delta.kind === "tool") {
    const call = { name: "", args: "" };
    choice.calls.push(call);
    current.set(delta.channel, call);
  }
  if (!("text" in delta) || delta.mode !== "append") return;
  if (delta.kind !== "tool.name" && delta.kind !== "tool.args") {
    choice.texts[delta.kind] = (choice.texts[delta.kind] ?? "") + delta.text;
    return;
  }
  const call = current.get(delta.channel);
  if (call !== undefined) call[delta.kind === "tool.name" ? "name" : "args"] += delta.text;
}

/** By its word. Some vendors call a call a stop like any other, and know no stop at a sequence. */
function stopOf(stop: string, calls: number): JsonObject {
  if (stop === "") return {};
  if (stop !== "stop" && stop !== "stop_sequence") return { [stop]: true };
  return { [calls > 0 ? "tool_calls" : "stop"]: true };
}

function figuresOf({ isExact: _, ...figures }: Usage): JsonObject {
  return figures;
}
