// Owns the proof that slots come back: all of a limit's are taken, something breaks, all can be taken again.
// Knows no store's inside.

import { setTimeout as later } from "node:timers/promises";
import type { Script } from "../../../mock/provider.ts";
import { type RedisServer, startRedisServer } from "../../redis-server.ts";
import { Arena } from "../arena.ts";
import type { Told } from "../call.ts";
import type { Finding } from "../finding.ts";
import { mostAtOnce } from "../oracle.ts";
import type { Scenario } from "../scenario.ts";

const slots = 12;
/** A slot whose process is gone is free after 30 s; then a probe has to come along. */
const freeMsMax = 33_000;
const takenMsMax = 15_000;
const pollMs = 500;

/** The first words of a prompt say how the provider behaves. */
const script: Script = {
  rules: [
    { when: { text: "probe" }, answer: { tokens: 20, betweenMs: 25 } },
    { when: { text: "long" }, answer: { tokens: 100, betweenMs: 50 } },
    {
      when: { text: "cut" },
      answer: { tokens: 100, betweenMs: 50 },
      fault: { kind: "cut", afterFrames: 40 },
    },
    {
      when: { text: "stall" },
      answer: { tokens: 100, betweenMs: 50 },
      fault: { kind: "stall", afterFrames: 40 },
    },
  ],
};

interface Stage {
  readonly arena: Arena;
  readonly redis: RedisServer;
}

interface Fault {
  readonly name: string;
  readonly prompt: "long" | "cut" | "stall";
  /** The clients hang up. */
  readonly bytesMax?: number;
  /** By which the provider may have more under way than there are slots: what was held is forgotten. */
  readonly mayForget?: true;
  breaks?(stage: Stage): Promise<void>;
}

const restart = async ({ redis }: Stage): Promise<void> => {
  await redis.kill();
  await redis.start();
};

const faults: readonly [Fault, ...Fault[]] = [
  { name: "clients gone", prompt: "long", bytesMax: 6_000 },
  { name: "upstream cut", prompt: "cut" },
  { name: "upstream stalled", prompt: "stall" },
  { name: "redis restarted empty", prompt: "long", mayForget: true, breaks: restart },
  {
    name: "redis frozen",
    prompt: "long",
    breaks: async ({ redis }) => {
      redis.freeze();
      await later(6_000);
      redis.thaw();
    },
  },
  {
    name: "sidecar killed",
    prompt: "long",
    breaks: async ({ arena: { replicas } }) => {
      await replicas[0]?.program.kill();
      await replicas[0]?.program.start();
    },
  },
];

export const slotsComeBack: Scenario = {
  name: "slots",
  what: "a concurrency limit after clients, upstreams, Redis or a sidecar went: all slots are free again",
  seedsDefault: faults.length,
  run: async ({ seeds, say }) => {
    const redis = await startRedisServer();
    const arena = await Arena.open({
      script,
      models: seeds.map(modelOf),
      limits: [`parallel: { concurrency: ${slots}, by: [ model ] }`],
      stores: [redis.url, redis.url],
    });
    const findings: Finding[] = [];
    try {
      for (const seed of seeds) {
        const finding = await runSeed({ arena, redis }, seed);
        say(`slots ${seed}: ${finding.violations.join("; ") || "held"} (${finding.notes})`);
        findings.push(finding);
      }
    } finally {
      await arena.close();
      await redis.stop();
    }
    return findings;
  },
};

async function runSeed(stage: Stage, seed: number): Promise<Finding> {
  const { provider } = stage.arena;
  const fault = faults[(seed - 1) % faults.length] ?? faults[0];
  const model = modelOf(seed);
  provider.reset();
  const violations: string[] = [];
  const streams = await takeAll(stage, model, fault);
  if (streams === undefined) violations.push("not all slots could be taken");
  const oneMore = await probe(stage, model, 1);
  if (oneMore === 1) violations.push("one more than all slots was taken");
  const beganAtMs = performance.now();
  await fault.breaks?.(stage);
  await Promise.all(streams ?? []);
  const freeMs = await untilFree(stage, model, beganAtMs + freeMsMax);
  if (freeMs === undefined) violations.push(`not all slots are free ${freeMsMax / 1_000} s after the fault`);
  const most = mostAtOnce(provider.log, model);
  if (most > slots && fault.mayForget === undefined)
    violations.push(`${most} calls at once on ${slots} slots`);
  const after = freeMs === undefined ? "never" : `${((freeMs - beganAtMs) / 1_000).toFixed(1)} s after it`;
  const notes = `${fault.name}: all ${slots} free ${after}, at most ${most} at once`;
  return { scenario: "slots", seed, spentShare: undefined, usedShare: undefined, violations, notes };
}

/** The streams, once so many are under way at the provider. */
async function takeAll(
  stage: Stage,
  model: string,
  { prompt, bytesMax }: Fault,
): Promise<readonly Promise<Told>[] | undefined> {
  const { log } = stage.arena.provider;
  const streams: Promise<Told>[] = [];
  const underWay = () => log.filter(({ framesSent, ended }) => framesSent > 0 && ended === undefined).length;
  const deadlineAtMs = performance.now() + takenMsMax;
  while (underWay() < slots) {
    if (performance.now() > deadlineAtMs) return undefined;
    const missing = slots - underWay();
    streams.push(...callAll(stage, { model, prompt, bytesMax }, missing));
    await later(pollMs);
  }
  return streams;
}

async function untilFree(stage: Stage, model: string, deadlineAtMs: number): Promise<number | undefined> {
  for (;;) {
    const askedAtMs = performance.now();
    if ((await probe(stage, model, slots)) === slots) return askedAtMs;
    if (askedAtMs > deadlineAtMs) return undefined;
    await later(pollMs);
  }
}

/** How many of so many short calls at the same time are answered. */
async function probe(stage: Stage, model: string, count: number): Promise<number> {
  const told = await Promise.all(callAll(stage, { model, prompt: "probe", bytesMax: undefined }, count));
  return told.filter(({ kind }) => kind === "answered").length;
}

function callAll(
  { arena: { caller, replicas } }: Stage,
  asked: { readonly model: string; readonly prompt: string; readonly bytesMax: number | undefined },
  count: number,
): Promise<Told>[] {
  return Array.from({ length: count }, (_, index) => {
    const { port = 0, path = "" } = replicas[index % replicas.length] ?? {};
    return caller.call({ ...asked, port, path, outputTokensMax: undefined, form: "stream" });
  });
}

function modelOf(seed: number): string {
  return `m${seed}`;
}
