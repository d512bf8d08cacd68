// Owns what a document of 1 MB does to the sidecar's event loop: the longest turn, with guards and without.
// Knows no guard's ways.

import type { ChildProcess } from "node:child_process";
import { type Children, nextMessage } from "./children.ts";
import type { Running, Upstream } from "./contender.ts";
import { type SidecarOptions, startSidecar } from "./contenders/sidecar.ts";
import { quantile } from "./figures.ts";
import type { Turns } from "./programs/turns.ts";
import type { WatchOrder, WatchReply } from "./programs/watch-turns.ts";
import { documentSaying, documentSeed } from "./prose-answers.ts";

/** Of what guards add to the longest turn. */
export const turnMsMax = 10;
/** The first one finds nothing compiled; it is told by itself. */
const coldDocuments = 1;
const warmUpDocuments = 8;
const measuredDocuments = 24;

export const documentKinds = ["request", "answer"] as const;
export type DocumentKind = (typeof documentKinds)[number];

export interface DocumentReading {
  readonly sidecar: string;
  readonly kind: DocumentKind;
  /** Of the very first document of that process. */
  readonly coldMs: number;
  readonly longestMs: number;
  /** Of all turns that took a millisecond or more. */
  readonly p99Ms: number;
  /** By the clock, other processes' time in it. */
  readonly clockMs: number;
}

export interface DocumentVerdict {
  readonly kind: DocumentKind;
  /** What guards add to the longest turn. */
  readonly addedMs: number;
  readonly isKept: boolean;
}

export interface WatchedSidecar extends SidecarOptions {
  readonly name: string;
}

/** All of one sidecar's, in a fresh process for each kind. */
export async function measureDocuments(
  children: Children,
  upstream: Upstream,
  { name, ...options }: WatchedSidecar,
): Promise<readonly DocumentReading[]> {
  const readings: DocumentReading[] = [];
  for (const kind of documentKinds) {
    const before = new URL("programs/watch-turns.ts", import.meta.url);
    const { child, running } = await startSidecar(upstream, children, { ...options, before });
    const all: Turns[] = [];
    for (let at = 0; at < coldDocuments + warmUpDocuments + measuredDocuments; at++) {
      all.push(await watch(child, () => passDocument(running, kind, at)));
    }
    readings.push({ sidecar: name, kind, ...sum(all) });
    child.kill("SIGTERM");
  }
  return readings;
}

export function sum(all: readonly Turns[]): Omit<DocumentReading, "sidecar" | "kind"> {
  const measured = all.slice(coldDocuments + warmUpDocuments);
  const turns = measured.flatMap(({ cpuMs }) => cpuMs);
  return {
    coldMs: Math.max(0, ...all.slice(0, coldDocuments).flatMap(({ cpuMs }) => cpuMs)),
    longestMs: Math.max(0, ...turns),
    p99Ms: turns.length === 0 ? 0 : quantile(turns, 0.99),
    clockMs: Math.max(0, ...measured.map(({ clockMsMax }) => clockMsMax)),
  };
}

/** Undefined sidecars have no verdict: `guarded` and `bare` are names of `readings`. */
export function judgeDocuments(
  readings: readonly DocumentReading[],
  guarded: string,
  bare: string,
): readonly DocumentVerdict[] {
  return documentKinds.map((kind) => {
    const [own, beside] = [guarded, bare].map((name) =>
      readings.find((reading) => reading.sidecar === name && reading.kind === kind),
    );
    const addedMs = Math.max(0, (own?.longestMs ?? Number.NaN) - (beside?.longestMs ?? Number.NaN));
    return { kind, addedMs, isKept: addedMs <= turnMsMax };
  });
}

async function watch(child: ChildProcess, run: () => Promise<void>): Promise<Turns> {
  await order(child, "begin");
  await run();
  const reply = await order(child, "end");
  if (reply.kind !== "turns") throw new Error("the watched sidecar told no turns");
  return reply.turns;
}

function order(child: ChildProcess, what: WatchOrder): Promise<WatchReply> {
  const reply = nextMessage<WatchReply>(child);
  child.send(what);
  return reply;
}

/** Through it whole: asked with it, or answered with it. */
async function passDocument({ port, path }: Running, kind: DocumentKind, at: number): Promise<void> {
  const content = kind === "request" ? documentSaying(1_000 + at) : "Please read it out.";
  const seed = kind === "request" ? at : documentSeed + at;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content }], stream: false, seed }),
  });
  const { length } = await response.text();
  if (response.status !== 200) throw new Error(`a document's ${kind} was answered ${response.status}`);
  if (kind === "answer" && length < 1_000_000) throw new Error(`a document came as ${length} bytes`);
}
