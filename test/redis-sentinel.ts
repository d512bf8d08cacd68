// Owns a real group of Redis servers under one sentinel for tests, and a cable to its master that can be cut.
// Knows no store.

import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort, type RedisServer, startRedisServer } from "./redis-server.ts";

const waitMsMax = 15_000;
const pollMs = 50;

/** Carries bytes to a port of this machine until it is cut; then it takes and answers nothing more. */
export interface Cable {
  readonly port: number;
  cut(): void;
  close(): Promise<void>;
}

export async function layCable(to: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(to, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

export interface RedisGroup {
  readonly master: RedisServer;
  readonly replicas: readonly RedisServer[];
  /** All but those who go to the master directly reach it by this. */
  readonly cable: Cable;
  readonly sentinelUrl: string;
  /** Waits for it. */
  promoted(): Promise<number>;
  stop(): Promise<void>;
}

export interface RedisGroupOptions {
  /** How long a master may be silent before a replica is promoted; more where the machine is loaded. */
  readonly downAfterMs?: number;
}

async function startSentinel(masterPort: number, downAfterMs: number): Promise<RedisServer> {
  const port = await freePort();
  const file = join(tmpdir(), `sluice-sentinel-${process.pid}-${port}.conf`);
  await writeFile(
    file,
    [
      `port ${port}`,
      "bind 127.0.0.1",
      `sentinel monitor group 127.0.0.1 ${masterPort} 1`,
      `sentinel down-after-milliseconds group ${downAfterMs}`,
      "sentinel failover-timeout group 3000",
      "sentinel parallel-syncs group 2",
    ].join("\n"),
  );
  return startRedisServer({ port, sentinelFile: file });
}

/** A master, two replicas and one sentinel that knows of them all. */
export async function startRedisGroup({ downAfterMs = 500 }: RedisGroupOptions = {}): Promise<RedisGroup> {
  const master = await startRedisServer();
  const cable = await layCable(master.port);
  const words = ["--replicaof", "127.0.0.1", String(cable.port), "--repl-diskless-sync-delay", "0"];
  const replicas = [await startRedisServer({ words }), await startRedisServer({ words })];
  const sentinel = await startSentinel(cable.port, downAfterMs);
  const asked = new Redis(sentinel.port, { lazyConnect: false });
  await until("all are there and synced", async () => {
    const known = (await asked.call("SENTINEL", "REPLICAS", "group")) as unknown[];
    const info = await withClient(master.port, (client) => client.info("replication"));
    const areThere = known.length === 2 && info.includes("connected_slaves:2");
    return areThere && !/state=(wait|send)/.test(info) ? true : undefined;
  });
  return {
    master,
    replicas,
    cable,
    sentinelUrl: `redis+sentinel://127.0.0.1:${sentinel.port}/group`,
    promoted: () =>
      until("one is promoted", async () => {
        const [, port] = (await asked.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "group")) as string[];
        return Number(port) === cable.port ? undefined : Number(port);
      }),
    stop: async () => {
      asked.disconnect();
      for (const server of [sentinel, ...replicas, master]) await server.stop();
      await cable.close();
    },
  };
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadlineAtMs = performance.now() + waitMsMax;
  while (performance.now() < deadlineAtMs) {
    const found = await look();
    if (found !== undefined) return found;
    await later(pollMs);
  }
  throw new Error(`not within ${waitMsMax} ms: ${what}`);
}

async function withClient<T>(port: number, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(port);
  const said = await use(client);
  client.disconnect();
  return said;
}
