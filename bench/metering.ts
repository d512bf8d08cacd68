// Owns the metering bench: what reading and metering a stream costs, beside handing its bytes on, by dialect.

import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { Children, nextMessage } from "./children.ts";
import { type Entrant, Field, type Reading } from "./field.ts";
import { judge, pick, quantile, ratios, spread, type Verdict } from "./figures.ts";
import type { Announcement } from "./programs/announce.ts";
import { parseRounds } from "./rounds.ts";
import { benchStreams, wordsPerStream } from "./streams.ts";
import type { Workload } from "./workload.ts";

/** Of the CPU time of the same proxy that reads nothing. */
const ratioMax = 1.25;
const answersPerRound = 16;
/** V8 has compiled what is hot by then. */
const warmUpAnswers = 160;

interface MeteringFlags {
  readonly rounds: number;
  readonly only?: readonly string[];
  readonly out?: string;
  readonly profile?: string;
}

export function meteringCommand(): Command {
  const names = benchStreams.map(({ name }) => name);
  return new Command("metering")
    .description("CPU time of reading and metering a stream, beside handing its bytes on")
    .option("--rounds <count>", "times each stream is measured in both ways", parseRounds, 51)
    .option("--out <file>", "write every reading as JSON")
    .addOption(new Option("--only <name...>", "these streams").choices(names))
    .option("--profile <dir>", "write a CPU profile of each proxy there; figures rise")
    .action(async (flags: MeteringFlags) => {
      const chosen = flags.only ?? names;
      const readings = await runMetering(chosen, flags);
      const verdicts = chosen.map((workload) =>
        judge(readings, "bare", { contender: "metered", workload, ratioMax }),
      );
      for (const verdict of verdicts) console.log(tell(readings, verdict));
      if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify({ readings, verdicts })}\n`);
      process.exitCode = verdicts.every(({ isKept }) => isKept) ? 0 : 1;
    });
}

async function runMetering(names: readonly string[], flags: MeteringFlags): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const name of names) {
    console.error(`measuring ${name}`);
    const children = new Children({ profileDir: flags.profile });
    try {
      readings.push(...(await measureStream(children, name, flags.rounds)));
    } finally {
      await children.stopAll();
    }
  }
  return readings;
}

/**
 * Both ways are one process's, and each is first every other time: whatever disturbs it disturbs both, so
 * the median of the ratios within a round is told. In the least readings the kernel has joined events.
 */
async function measureStream(children: Children, name: string, rounds: number): Promise<readonly Reading[]> {
  const field = await Field.open(children, "programs/streams-main.ts");
  const [bare, metered] = await startProxy(children, field, name);
  const workload: Workload = { name, form: "stream", unitsPerAnswer: wordsPerStream };
  const readings: Reading[] = [];
  for (const entrant of [bare, metered])
    await field.measure(entrant, { workload, answers: warmUpAnswers, round: 0 });
  for (let round = 1; round <= rounds; round++) {
    for (const entrant of round % 2 === 0 ? [bare, metered] : [metered, bare]) {
      readings.push(await field.measure(entrant, { workload, answers: answersPerRound, round }));
    }
  }
  return readings;
}

async function startProxy(
  children: Children,
  field: Field,
  name: string,
): Promise<readonly [Entrant, Entrant]> {
  const program = new URL("programs/metering-proxy-main.ts", import.meta.url);
  const child = children.startNode(program, [String(field.upstreamPort), name], { place: "measured" });
  const { port } = await nextMessage<Announcement>(child);
  const running = { kind: "running", pid: child.pid ?? 0, port } as const;
  const bare = { name: "bare", running: { ...running, path: `/bare/${name}` } };
  const metered = { name: "metered", running: { ...running, path: `/metered/${name}` } };
  const [said, told] = await Promise.all([ask(bare), ask(metered)]);
  if (said.length === 0 || !said.equals(told)) throw new Error(`${name}: not the same bytes`);
  return [bare, metered];
}

async function ask({ running: { port, path } }: Entrant): Promise<Buffer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body: "{}" });
  return Buffer.from(await response.arrayBuffer());
}

function tell(readings: readonly Reading[], { workload, ratio = Number.NaN, isKept }: Verdict): string {
  const [bare, metered] = [pick(readings, "bare", workload), pick(readings, "metered", workload)];
  const found = ratios(metered, bare);
  const [low, high] = [quantile(found, 0.1), quantile(found, 0.9)];
  const us = [bare, metered].map((own) => spread(own.map(({ cpuUs }) => cpuUs)).median.toFixed(1));
  const tenths = `p10 ${low.toFixed(2)}, p90 ${high.toFixed(2)}`;
  const times = `${ratio.toFixed(2)} × (${tenths}; at most ${ratioMax} ×)`;
  return `${isKept ? "PASS" : "FAIL"}  ${workload.padEnd(20)} ${us.join(" → ")} µs an event, ${times}`;
}
