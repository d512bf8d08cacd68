// Owns an agent as a child process: started, waited for, stopped by its own id. Knows no program.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const startMsMax = 15_000;
const probeEveryMs = 50;
const stopMsMax = 2_000;
const complaintMax = 2_000;

export interface AgentCommand {
  readonly command: string;
  readonly args: readonly string[];
}

export interface AgentStart extends AgentCommand {
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
}

export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #port: number;
  #complaint = "";

  constructor({ command, args, port, environment }: AgentStart) {
    // Its own environment and no more: an agent behind Sluice holds no key of a provider.
    const env = { PATH: process.env.PATH, PORT: String(port), ...environment };
    this.#port = port;
    this.#child = spawn(command, args, { env, stdio: ["ignore", "ignore", "pipe"] });
    this.#child.on("error", ({ message }) => this.#complain(message));
    this.#child.stderr?.on("data", (chunk: Buffer) => this.#complain(chunk.toString()));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Throws with its own words where it ends, or does not answer in time. */
  async answering(): Promise<void> {
    const deadline = performance.now() + startMsMax;
    while (this.#isAlive() && performance.now() < deadline) {
      if (await isHealthy(this.#port)) return;
      await sleep(probeEveryMs);
    }
    throw new Error(
      `the agent does not answer on port ${this.#port}: ${this.#complaint.trim() || "no reason"}`,
    );
  }

  async stop(): Promise<void> {
    if (!this.#isAlive()) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), stopMsMax);
    await ended;
    clearTimeout(late);
  }

  #isAlive(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  #complain(text: string): void {
    this.#complaint = (this.#complaint + text).slice(-complaintMax);
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health`, {
      signal: AbortSignal.timeout(startMsMax),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Nobody listens there now; who starts right after gets it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
