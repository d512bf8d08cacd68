// Owns the processes a bench starts: where they run, and that each is stopped. Knows nothing of what they do.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What is measured has a core of its own; what loads it shares the others. */
export type Place = "measured" | "loading";

export interface StartOptions {
  readonly place: Place;
  readonly environment?: NodeJS.ProcessEnv;
}

const stopMsMax = 3_000;

export class Children {
  readonly isPinned: boolean;
  readonly #cores = availableParallelism();
  readonly #running = new Set<ChildProcess>();
  readonly #folders: string[] = [];
  readonly #profileDir: string | undefined;
  readonly #onExit = (): void => this.#killAll();
  readonly #onSignal = (): void => process.exit(130);

  /** With `profileDir` each measured Node process writes a CPU profile there when it ends. */
  constructor({ profileDir }: { readonly profileDir?: string | undefined } = {}) {
    this.#profileDir = profileDir;
    this.isPinned = this.#cores > 1 && spawnSync("taskset", ["--version"]).status === 0;
    process.on("exit", this.#onExit);
    process.once("SIGINT", this.#onSignal).once("SIGTERM", this.#onSignal);
  }

  /** A TypeScript file run by this Node, with a message channel. */
  startNode(file: URL, args: readonly string[], options: StartOptions): ChildProcess {
    const isProfiled = this.#profileDir !== undefined && options.place === "measured";
    const flags = isProfiled ? ["--cpu-prof", `--cpu-prof-dir=${this.#profileDir}`] : [];
    return this.#start([process.execPath, ...flags, fileURLToPath(file), ...args], options, "ipc");
  }

  start(command: readonly string[], options: StartOptions): ChildProcess {
    return this.#start(command, options, "ignore");
  }

  /** Removed at the end. */
  makeFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
    this.#folders.push(folder);
    return folder;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map(stop));
    this.#killAll();
    process.off("exit", this.#onExit).off("SIGINT", this.#onSignal).off("SIGTERM", this.#onSignal);
  }

  #start(command: readonly string[], { place, environment }: StartOptions, channel: "ipc" | "ignore") {
    const [program = "", ...args] = this.isPinned ? ["taskset", "-c", this.#pin(place), ...command] : command;
    const child = spawn(program, args, {
      stdio: ["ignore", "ignore", "inherit", channel],
      env: { ...process.env, ...environment },
    });
    this.#running.add(child);
    child.once("exit", () => this.#running.delete(child));
    return child;
  }

  #pin(place: Place): string {
    const last = this.#cores - 1;
    return place === "measured" ? String(last) : `0-${last - 1}`;
  }

  #killAll(): void {
    for (const child of this.#running) child.kill("SIGKILL");
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}

/** The child's next message; rejects where it ends without one. */
export async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const ended = once(child, "exit", { signal }).then(([code]) => {
      throw new Error(`${child.spawnargs.join(" ")}: ended with ${code} before it had spoken`);
    });
    const [message] = await Promise.race([once(child, "message", { signal }), ended]);
    return message as Message;
  } finally {
    settled.abort();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const tooLate = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await ended;
  clearTimeout(tooLate);
}
