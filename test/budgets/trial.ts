// Owns how a budget is tried: an arena on one Redis, a run of clients a seed, a fault beside it, a verdict.
// Knows no single fault.

import { type Random, seededRandom } from "../../mock/prose.ts";
import { type RedisServer, type RedisServerOptions, startRedisServer } from "../redis-server.ts";
import { Arena, type ArenaOptions } from "./arena.ts";
import { type Bounds, type Budget, type Finding, judge } from "./finding.ts";
import { allEnded, spendingOf } from "./oracle.ts";
import type { Order } from "./scenario.ts";
import { draws, type Habits, habitsOfMany, runClients, script } from "./workload.ts";

/** What a fault works on. */
export interface Stage {
  readonly arena: Arena;
  readonly redis: RedisServer;
  readonly random: Random;
  /** Aborted when all clients are through. */
  readonly over: AbortSignal;
  /** What a fault sees go wrong. */
  readonly violations: string[];
}

/** Leaves everything running again. Says what it did, for the notes. */
export type Breaks = (stage: Stage) => Promise<string>;

export interface Trial {
  readonly scenario: string;
  readonly sidecars: number;
  readonly clientsPerSidecar: number;
  readonly budget: Budget;
  /** Further members of each limit, as YAML. */
  readonly terms?: string;
  readonly bounds: (seed: number) => Bounds;
  readonly habits?: (seed: number) => Habits;
  readonly outputTokensMax?: number;
  readonly kind?: ArenaOptions["kind"];
  readonly redis?: RedisServerOptions;
  /** The sidecars are started without it. */
  readonly isRedisLate?: true;
  /** Each seed has processes of its own. */
  readonly isFreshEachSeed?: true;
  readonly breaks?: Breaks;
  readonly msMax: number;
}

export async function runTrial(trial: Trial, { seeds, say }: Order): Promise<readonly Finding[]> {
  const groups = trial.isFreshEachSeed ? seeds.map((seed) => [seed]) : [seeds];
  const findings: Finding[] = [];
  for (const group of groups) {
    const redis = await startRedisServer(trial.redis);
    if (trial.isRedisLate) await redis.kill();
    const arena = await openArena(trial, redis.url, group);
    try {
      for (const seed of group) {
        const finding = await runSeed(trial, { arena, redis }, seed);
        say(tell(finding));
        findings.push(finding);
      }
    } finally {
      await arena.close();
      await redis.stop();
    }
  }
  return findings;
}

export function limitsOf({ tokens, nanoUsd }: Budget, terms = ""): readonly string[] {
  const rest = `window: { life: session }, by: [ model ]${terms === "" ? "" : `, ${terms}`}`;
  const ofTokens = `all: { tokens: ${tokens}, ${rest} }`;
  return nanoUsd === undefined ? [ofTokens] : [ofTokens, `money: { usd: ${nanoUsd / 1e9}, ${rest} }`];
}

function openArena(trial: Trial, url: string, seeds: readonly number[]): Promise<Arena> {
  const { outputTokensMax, budget, terms, sidecars, kind = "sidecar" } = trial;
  return Arena.open({
    kind,
    tokensMax: budget.tokens,
    script,
    models: seeds.map(modelOf),
    limits: limitsOf(budget, terms),
    stores: Array.from({ length: sidecars }, () => url),
    ...(outputTokensMax === undefined ? {} : { outputTokensMax }),
  });
}

async function runSeed(
  trial: Trial,
  { arena, redis }: Pick<Stage, "arena" | "redis">,
  seed: number,
): Promise<Finding> {
  const { scenario, budget, clientsPerSidecar, msMax, habits = () => habitsOfMany } = trial;
  const model = modelOf(seed);
  const ended = new AbortController();
  const violations: string[] = [];
  const random = seededRandom(seed);
  const breaking = trial.breaks?.({ arena, redis, random, over: ended.signal, violations });
  const next = draws(model, habits(seed));
  const run = await runClients(arena, { model, seed, clientsPerReplica: clientsPerSidecar, msMax, next });
  ended.abort();
  const notes = await breaking;
  if (!(await allEnded(arena.provider.log))) violations.push("an answer never ended");
  const spending = spendingOf(arena.provider.log, model);
  arena.provider.reset();
  const judged = { scenario, seed, budget, bounds: trial.bounds(seed), spending, run, violations };
  return judge(notes === undefined ? judged : { ...judged, notes });
}

function modelOf(seed: number): string {
  return `m${seed}`;
}

export function tell({ scenario, seed, spentShare, usedShare, notes, violations }: Finding): string {
  const share = (value: number | undefined) => value?.toFixed(4) ?? "-";
  const verdict = violations.length === 0 ? "held" : `VIOLATED: ${violations.join("; ")}`;
  return `${scenario} ${seed}: spent ${share(spentShare)}, used ${share(usedShare)}, ${verdict} (${notes})`;
}
