// Owns one process that agents call: started on a port of its own, killed, started again there. Knows no
// policy and no budget.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** On a machine that does much else, too. */
const startMsMax = 60_000;
const stopMsMax = 5_000;

export interface ProgramOptions {
  readonly file: URL;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Said on standard error once it listens. */
  readonly readyText: string;
}

export class Program {
  readonly #options: ProgramOptions;
  #child: ChildProcess | undefined = undefined;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Resolves once it listens. Rejects with what it said where it ends before, or does not come up. */
  async start(): Promise<void> {
    const { file, args, environment, readyText } = this.#options;
    const child = spawn(process.execPath, [fileURLToPath(file), ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ...environment },
    });
    this.#child = child;
    const endWithUs = () => void child.kill("SIGKILL");
    process.once("exit", endWithUs);
    child.once("exit", () => {
      process.off("exit", endWithUs);
      if (this.#child === child) this.#child = undefined;
    });
    await new Promise<void>((resolve, reject) => {
      let said = "";
      const late = setTimeout(() => reject(new Error(`does not come up: ${said}`)), startMsMax);
      child.stderr?.on("data", (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-2_000);
        if (!said.includes(readyText)) return;
        clearTimeout(late);
        resolve();
      });
      child.once("exit", (code) => {
        clearTimeout(late);
        reject(new Error(`ended with ${code}: ${said}`));
      });
    });
  }

  /** -9: it gives nothing back and says nothing. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
    await ended;
    clearTimeout(late);
  }
}
