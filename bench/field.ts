// Owns one measurement: upstream, load and contenders side by side, and what one contender's answers cost it.

import type { ChildProcess } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { type Children, nextMessage } from "./children.ts";
import type { Contender, Running } from "./contender.ts";
import { readCpuNs } from "./cpu-time.ts";
import type { Announcement } from "./programs/announce.ts";
import type { LoadOrder, LoadResult } from "./programs/load-main.ts";
import { askChat, connectionsMax, type Workload } from "./workload.ts";

export interface Entrant {
  readonly name: string;
  readonly running: Running;
}

export interface Reading {
  readonly contender: string;
  readonly workload: string;
  readonly round: number;
  /** CPU time of the contender's process for one unit, microseconds. */
  readonly cpuUs: number;
  /** Reads the client needed for one unit. */
  readonly reads: number;
}

/** What is still written down once the last byte has left belongs to the reading. */
const settleMs = 20;

export class Field {
  readonly upstreamPort: number;
  readonly #children: Children;
  readonly #load: ChildProcess;

  private constructor(children: Children, load: ChildProcess, upstreamPort: number) {
    this.#children = children;
    this.#load = load;
    this.upstreamPort = upstreamPort;
  }

  static async open(children: Children, upstreamProgram = "programs/upstream-main.ts"): Promise<Field> {
    if (process.platform !== "linux") throw new Error("CPU time is read from /proc: this bench needs Linux");
    const place = { place: "loading" } as const;
    const upstream = children.startNode(new URL(upstreamProgram, import.meta.url), [], place);
    const { port } = await nextMessage<Announcement>(upstream);
    const load = children.startNode(new URL("programs/load-main.ts", import.meta.url), [], place);
    return new Field(children, load, port);
  }

  /** Starts it; it must say what the upstream says, byte for byte. A string is why it cannot run here. */
  async admit(contender: Contender, workloads: readonly Workload[]): Promise<Entrant | string> {
    const running = await contender.start({ port: this.upstreamPort }, this.#children);
    if (running.kind === "skipped") return running.because;
    for (const { form } of workloads) {
      const { text } = await askChat(this.upstreamPort, form);
      const said = await askChat(running.port, form, running.path);
      if (said.status === 200 && said.text === text) continue;
      throw new Error(
        `${contender.name}: not the upstream's answer: ${said.status} ${said.text.slice(0, 300)}`,
      );
    }
    return { name: contender.name, running };
  }

  async measure(
    { name, running }: Entrant,
    { workload, answers, round }: { workload: Workload; answers: number; round: number },
  ): Promise<Reading> {
    const { port, path, pid } = running;
    const { form, unitsPerAnswer, asked } = workload;
    const beforeNs = readCpuNs(pid);
    const { reads, problem } = await this.#run({
      port,
      path,
      form,
      answers,
      connections: connectionsMax,
      ...(asked === undefined ? {} : { asked }),
    });
    if (problem !== undefined) throw new Error(`${name}, ${workload.name}: ${problem}`);
    await wait(settleMs);
    const units = answers * unitsPerAnswer;
    const cpuUs = (readCpuNs(pid) - beforeNs) / 1_000 / units;
    return { contender: name, workload: workload.name, round, cpuUs, reads: reads / units };
  }

  #run(order: LoadOrder): Promise<LoadResult> {
    const result = nextMessage<LoadResult>(this.#load);
    this.#load.send(order);
    return result;
  }
}
