// Owns what was really used, by the provider's own log: it never asks Sluice or its store.

import { setTimeout as later } from "node:timers/promises";
import type { LogEntry } from "../../mock/log.ts";
import { price } from "./policy.ts";

const endMsMax = 15_000;
const pollMs = 20;

/** Tokens, and what they cost. */
export interface Amount {
  readonly tokens: number;
  readonly nanoUsd: number;
}

export interface Spending extends Amount {
  readonly calls: number;
  /**
   * What may have been made, or read, for streams whose client left or whose line broke: nobody was told, so
   * their bound is charged.
   */
  readonly unseen: Amount;
}

const nanoPerMicro = 1_000;
/** Of a stream that was cut, a slice at most beyond what came is charged. */
const sliceTokens = 1_024;
/** Its input is charged at its bound: a token a byte, and what a vendor may put before it. */
const preambleTokens = 256;

export function spendingOf(log: readonly LogEntry[], model: string): Spending {
  const own = log.filter((entry) => entry.model === model && entry.promptTokens > 0);
  let spent = nothing;
  let unseen = nothing;
  for (const { promptTokens, completionTokens, ended, body, bodyBytes } of own) {
    spent = sum(spent, amountOf(promptTokens, completionTokens));
    if (ended === "done") continue;
    const output = Math.min(Math.max(toldMax(body) - completionTokens, 0), sliceTokens);
    unseen = sum(unseen, amountOf(Math.max(bodyBytes + preambleTokens - promptTokens, 0), output));
  }
  return { ...spent, calls: own.length, unseen };
}

const nothing: Amount = { tokens: 0, nanoUsd: 0 };

function amountOf(input: number, output: number): Amount {
  const micros = input * price.input + output * price.output;
  return { tokens: input + output, nanoUsd: Math.round(micros * nanoPerMicro) };
}

function sum(one: Amount, other: Amount): Amount {
  return { tokens: one.tokens + other.tokens, nanoUsd: one.nanoUsd + other.nanoUsd };
}

/** What the provider was told to stop at; 0 where it was not told. */
export function toldMax(body: unknown): number {
  const { max_tokens, max_completion_tokens } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const said = max_completion_tokens ?? max_tokens;
  return typeof said === "number" ? said : 0;
}

/** Calls under way at the provider at the same time, at most. */
export function mostAtOnce(log: readonly LogEntry[], model: string): number {
  const edges = log
    .filter((entry) => entry.model === model)
    .flatMap(({ startedAt, endedAt }) => [
      { atMs: startedAt, by: 1 },
      { atMs: endedAt ?? Number.POSITIVE_INFINITY, by: -1 },
    ])
    .sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of edges) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

/** Until every answer that began has ended; false where one does not. */
export async function allEnded(log: readonly LogEntry[]): Promise<boolean> {
  const deadlineAtMs = performance.now() + endMsMax;
  while (performance.now() < deadlineAtMs) {
    if (log.every(({ ended }) => ended !== undefined)) return true;
    await later(pollMs);
  }
  return false;
}
