// Owns a sensible client: asks, waits where it is told to, asks for less near the line, stops at a final no.
// Knows no store.

import { setTimeout as later } from "node:timers/promises";
import type { Random } from "../../mock/prose.ts";
import type { Asked, Caller, RefusedCall, Told } from "./call.ts";
import type { Tallies } from "./tallies.ts";

/** What each client does next. */
export type NextCall = (random: Random) => Omit<Asked, "port" | "path">;

export interface ClientOptions {
  readonly caller: Caller;
  readonly port: number;
  readonly path: string;
  readonly next: NextCall;
  readonly random: Random;
  readonly tallies: Tallies;
  /** By `performance.now()`: who is not through by then gives up. */
  readonly deadlineAtMs: number;
  /** Calls it wants answered; it may be told no before. */
  readonly callsMax: number;
}

/** Where nothing answers at all. */
const brokenMs = 200;
/** A client that is near the line asks for so little once more, then it is done. */
const little = { prompt: "Say it in few words, len10.", outputTokensMax: 10 } as const;
const littleTriesMax = 3;
const retryBlindMs = 1_000;

export async function runClient(options: ClientOptions): Promise<"done" | "refused" | "late"> {
  let littleTries = 0;
  for (let calls = 0; calls < options.callsMax; calls += 1) {
    const wanted = options.next(options.random);
    const near = littleTries === 0 ? wanted : { ...wanted, ...little };
    const told = await callUntilTold(options, near);
    if (told === "late") return "late";
    if (told.kind !== "refused") continue;
    littleTries += 1;
    if (littleTries > littleTriesMax) return "refused";
  }
  return "done";
}

/** Retries what may be retried; a final no is handed back. */
async function callUntilTold(
  { caller, port, path, random, tallies, deadlineAtMs }: ClientOptions,
  wanted: Omit<Asked, "port" | "path">,
): Promise<Told | "late"> {
  const beganAtMs = performance.now();
  for (;;) {
    const told = await caller.call({ ...wanted, port, path });
    tallies.note(told, performance.now() - beganAtMs);
    if (told.kind === "answered" || told.kind === "left") return told;
    if (told.kind === "refused" && told.isFinal) return told;
    const waitMs = told.kind === "broken" ? brokenMs : waitFor(told);
    if (performance.now() + waitMs > deadlineAtMs) return "late";
    await later(waitMs * (1 + random() / 4));
  }
}

function waitFor({ retryAfterMs }: RefusedCall): number {
  return retryAfterMs ?? retryBlindMs;
}
