// Owns a real redis-server for tests: found, started on a free port, stopped by its own id. Knows no store.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const startMsMax = 10_000;

function whyMissing(): string | undefined {
  const { error, status } = spawnSync("redis-server", ["--version"], { stdio: "ignore" });
  if (error !== undefined) return `redis-server cannot be run (${error.message})`;
  return status === 0 ? undefined : `redis-server --version ended with ${status}`;
}

const missing = whyMissing();
if (missing !== undefined) console.log(`SKIPPED redis tests: ${missing}`);

/** For `describe.skipIf(!hasRedisServer)`; where it is false the reason has been printed. */
export const hasRedisServer = missing === undefined;

/** Nobody listens there now; a server started right after gets it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Answers nothing, keeps its connections. */
  freeze(): void;
  thaw(): void;
  /** As a crash: nothing is saved, so the next start is empty, unless its arguments say otherwise. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  readonly port?: number;
  readonly password?: string;
  /** Further words of the command line. */
  readonly words?: readonly string[];
  /** Its configuration, which it writes to: then it is a sentinel. */
  readonly sentinelFile?: string;
}

function wordsOf(folder: string, port: number, options: RedisServerOptions): readonly string[] {
  const { password, words = [], sentinelFile } = options;
  if (sentinelFile !== undefined) return [sentinelFile, "--sentinel"];
  const memory = ["--save", "", "--appendonly", "no", "--dir", folder];
  const locked = password === undefined ? [] : ["--requirepass", password];
  return ["--port", String(port), "--bind", "127.0.0.1", ...memory, ...words, ...locked];
}

async function launch(folder: string, port: number, options: RedisServerOptions): Promise<ChildProcess> {
  const child = spawn("redis-server", wordsOf(folder, port, options), {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const endWithUs = () => void child.kill("SIGKILL");
  process.once("exit", endWithUs);
  child.once("exit", () => process.off("exit", endWithUs));
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("redis-server does not start")), startMsMax);
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (!/Ready to accept connections|\+monitor master/.test(said)) return;
      clearTimeout(late);
      resolve();
    });
    child.once("exit", () => reject(new Error(`redis-server ended: ${said}`)));
  });
  return child;
}

export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), "sluice-redis-"));
  let child: ChildProcess | undefined = await launch(folder, port, options);
  const kill = async () => {
    const dying = child;
    child = undefined;
    if (dying === undefined || dying.exitCode !== null) return;
    const ended = once(dying, "exit");
    dying.kill("SIGKILL");
    await ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    kill,
    start: async () => {
      child = await launch(folder, port, options);
    },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
