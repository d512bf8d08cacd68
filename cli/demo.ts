// Owns the command `sluice demo`: the order of its scenes, what stands around them, its exit code, its end.

import type { Writable } from "node:stream";
import { Command, Option } from "commander";
import type { LogLine } from "./demo/log-lines.ts";
import { findPlaces } from "./demo/places.ts";
import type { Play, Scene } from "./demo/scene.ts";
import { showPython, showStream, showTask } from "./demo/scenes/allowed.ts";
import { showCut } from "./demo/scenes/broken.ts";
import { showCost } from "./demo/scenes/cost.ts";
import { showInjection, showRedaction } from "./demo/scenes/guarded.ts";
import { showModel, showNoKey, showRate, showSchema } from "./demo/scenes/refused.ts";
import { showTools } from "./demo/scenes/tools.ts";
import { Show } from "./demo/show.ts";
import { localUrl, Stage } from "./demo/stage.ts";
import { explainFailure } from "./run-program.ts";

const scenes: readonly Scene[] = [
  showTask,
  showStream,
  showPython,
  showNoKey,
  showSchema,
  showRate,
  showModel,
  showInjection,
  showRedaction,
  showTools,
  showCut,
  showCost,
];

export interface DemoFlags {
  readonly once?: true;
  readonly policies?: readonly string[];
}

const claimsFailed = 1;
const wasInterrupted = 130;
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function demoCommand(): Command {
  return new Command("demo")
    .option("--once", "end after the scenes: exit 0 only if every claim held, else 1")
    .addOption(
      new Option("--policies <dir...>", "laid over the demo's own: see what your change does to its claims"),
    )
    .addHelpText("after", "\nWithout --once everything stays up for requests of your own, until Ctrl-C.")
    .action(async (flags: DemoFlags) => {
      process.exitCode = await runDemo(flags);
    });
}

/** Prints to `out`; returns the exit code. Whatever happens, nothing that was started is left. */
export async function runDemo(flags: DemoFlags, out: Writable = process.stdout): Promise<number> {
  const show = new Show(out);
  const interrupt = waitForSignal();
  try {
    const stage = new Stage(await findPlaces(), flags.policies ?? []);
    try {
      const played = await Promise.race([interrupt.came, playAll({ stage, show })]);
      if (played === wasInterrupted) return wasInterrupted;
      const exitCode = conclude(show);
      if (flags.once !== true) {
        stayUp({ stage, show });
        await interrupt.came;
      }
      return exitCode;
    } finally {
      await stage.close();
    }
  } catch (error) {
    return explainFailure(error);
  } finally {
    interrupt.stop();
  }
}

async function playAll(play: Play): Promise<void> {
  await play.stage.open();
  introduce(play);
  for (const scene of scenes) await scene(play);
}

function introduce({ stage, show }: Play): void {
  const [first] = stage.members;
  const at = (port: number | undefined): string => `:${port}`.padEnd(6);
  show.title("Sluice, live: every request below is real, and every ✓ was checked.");
  show.line();
  show.line(`   client ──▶ gateway ──▶ sidecar ──▶ agent ──▶ sidecar ──▶ mock provider`);
  const { gateway, provider } = stage;
  const ports = [gateway.dataPort, first?.sidecar.inboundPort, first?.port, first?.sidecar.egressPort];
  const [edge, into, agent, out] = ports.map(at);
  show.line(`              ${edge}     ${into}      ${agent}    ${out}      ${at(provider.port)}`);
}

/** The exit code. */
function conclude(show: Show): number {
  show.line();
  if (show.failures.length === 0) {
    show.title(`All ${show.claimCount} claims held.`);
    return 0;
  }
  show.title(`${show.failures.length} of ${show.claimCount} claims did not hold:`);
  for (const failure of show.failures) show.line(`   ${failure}`);
  return claimsFailed;
}

function stayUp({ stage, show }: Play): void {
  const { gateway, members, apiKey } = stage;
  const run = `curl -s ${stage.runUrl("assistant")}`;
  const asCaller = '-H "authorization: Bearer $KEY" -H "content-type: application/json"';
  show.line();
  show.title(
    "Everything stays up until Ctrl-C. Try for yourself (a user's sixth request in a minute is refused):",
  );
  show.line(`   KEY=${apiKey}`);
  show.line(`   ${run} ${asCaller} -d '{"prompt": "What is the weather in Paris?"}'`);
  show.line(`   ${run} ${asCaller} -N -d '{"prompt": "Write a poem.", "stream": true}'`);
  show.line(`   ${run} -i -d '{"prompt": "no key"}'`);
  show.line(`   curl -s ${localUrl(gateway.statusPort)}/metrics   # also /policy, /ready, /health`);
  for (const { agent, sidecar } of members) {
    show.line(`   curl -s ${localUrl(sidecar.statusPort)}/metrics   # the sidecar of ${agent}`);
  }
  show.line();
  show.title("Log lines, as they are written:");
  stage.lines.follow((line) => show.line(`   ${printLine(line)}`));
}

function printLine({ program, event, route, status, http_status, error_type, duration_ms }: LogLine): string {
  const end = error_type === undefined ? status : `${status} ${error_type}`;
  const took = duration_ms === undefined ? "" : `${Math.round(duration_ms)} ms`;
  return [program.padEnd(8), event, route, http_status, end, took].filter(Boolean).join("  ");
}

interface Interrupt {
  readonly came: Promise<typeof wasInterrupted>;
  stop(): void;
}

function waitForSignal(): Interrupt {
  const { promise, resolve } = Promise.withResolvers<typeof wasInterrupted>();
  const onSignal = (): void => resolve(wasInterrupted);
  for (const signal of stopSignals) process.once(signal, onSignal);
  const stop = (): void => {
    for (const signal of stopSignals) process.off(signal, onSignal);
  };
  return { came: promise, stop };
}
