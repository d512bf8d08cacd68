// Owns how a client of Redis is made: its address, its bounds, its scripts. Knows no counter.

import { Cluster, type ClusterOptions, Redis, type Result } from "ioredis";
import { beginScript, finishScript } from "./lua-answers.ts";
import { adjustScript, listScript, readScript } from "./lua-desk.ts";
import { greetScript, renewScript, tellScript } from "./lua-epoch.ts";
import { settleScript } from "./lua-settle.ts";
import { takeScript } from "./lua-take.ts";
import { parseRedisUrl, type RedisAddress } from "./redis-address.ts";
import { chargeScript, fixedWindowScript } from "./redis-scripts.ts";

type Rest = (string | number)[];
type Begun = [state: "begun" | "pending" | "answered" | "unknown" | "conflict", answer?: string];

declare module "ioredis" {
  interface RedisCommander<Context> {
    sluiceTake(keyCount: number, ...rest: Rest): Result<number[], Context>;
    sluiceSettle(keyCount: number, ...rest: Rest): Result<(number | null)[], Context>;
    sluiceGreet(keyCount: number, ...rest: Rest): Result<[number, string], Context>;
    sluiceTell(keyCount: number, ...rest: Rest): Result<number, Context>;
    sluiceRenew(keyCount: number, ...rest: Rest): Result<number, Context>;
    sluiceRead(keyCount: number, ...rest: Rest): Result<number[], Context>;
    sluiceAdjust(keyCount: number, ...rest: Rest): Result<number[], Context>;
    sluiceList(keyCount: number, ...rest: Rest): Result<Rest, Context>;
    sluiceCharge(keyCount: number, ...rest: Rest): Result<string[], Context>;
    sluiceBegin(keyCount: number, ...rest: Rest): Result<Begun, Context>;
    sluiceFinish(keyCount: number, ...rest: Rest): Result<number, Context>;
  }
}

const scripts = {
  sluiceTake: takeScript,
  sluiceSettle: settleScript,
  sluiceGreet: greetScript,
  sluiceTell: tellScript,
  sluiceRenew: renewScript,
  sluiceRead: readScript,
  sluiceAdjust: adjustScript,
  sluiceList: listScript,
  sluiceCharge: chargeScript,
  sluiceBegin: beginScript,
  sluiceFinish: finishScript,
};

export type RedisClient = Redis | Cluster;

type ServerOptions = Omit<NonNullable<ClusterOptions["redisOptions"]>, "replyMapping">;

/** Timeouts after which a connection that says nothing is dropped: its server may be dead for ever. */
const timeoutsToDrop = 4;
const connectTimeoutMs = 1_000;
export const disconnectTimeoutMs = 50;
const retryMsMax = 1_000;
const slotsRefreshMs = 1_000;

/** `password`: where the URL carries none. Throws where `parseRedisUrl` cannot read the URL. */
export function createRedisClient(
  url: string,
  password: string | undefined,
  commandTimeoutMs: number,
): RedisClient {
  const address = parseRedisUrl(url);
  if (address === undefined) throw new Error("the URL names no Redis");
  const options = serverOptions(address, password, commandTimeoutMs);
  const client = clientFor(address, options);
  for (const [name, lua] of Object.entries(scripts)) client.defineCommand(name, { lua });
  // rate-limiter-flexible defines it, too, but later: a pipeline that waits then does not know it and throws.
  client.defineCommand("rlflxIncr", { numberOfKeys: 1, lua: fixedWindowScript });
  return client;
}

function clientFor(address: RedisAddress, options: ServerOptions): RedisClient {
  const once = { ...options, enableOfflineQueue: false, retryStrategy };
  switch (address.kind) {
    case "single":
      return new Redis({ ...once, ...address.endpoints[0], db: address.db });
    case "sentinel":
      return new Redis({
        ...once,
        sentinels: [...address.endpoints],
        name: address.group,
        db: address.db,
        sentinelRetryStrategy: retryStrategy,
        sentinelReconnectStrategy: retryStrategy,
        sentinelCommandTimeout: connectTimeoutMs,
        // A master that was replaced may go on answering those who are cut off with it.
        failoverDetector: true,
        ...(address.isEncrypted ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
      });
    case "cluster":
      return new Cluster([...address.endpoints], clusterOptions(options));
  }
}

function clusterOptions(redisOptions: ServerOptions) {
  return {
    redisOptions,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshInterval: slotsRefreshMs,
    slotsRefreshTimeout: connectTimeoutMs,
  } satisfies ClusterOptions;
}

function serverOptions(
  { isEncrypted, username, password }: RedisAddress,
  passwordDefault: string | undefined,
  commandTimeoutMs: number,
): ServerOptions {
  const secret = password ?? passwordDefault;
  return {
    ...(username === undefined ? {} : { username }),
    ...(secret === undefined ? {} : { password: secret }),
    ...(isEncrypted ? { tls: {} } : {}),
    maxRetriesPerRequest: 1,
    // A command nobody waits for any more must not run once the server is back.
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: true,
    commandTimeout: commandTimeoutMs,
    // Without it a client whose commands time out stays with a dead server for ever.
    socketTimeout: timeoutsToDrop * commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
    // The master became a replica: the name may lead to the new one by now.
    reconnectOnError: ({ message }) => message.startsWith("READONLY"),
  };
}

function retryStrategy(attempt: number): number {
  return Math.min(25 * 2 ** attempt, retryMsMax) * (0.5 + Math.random() / 2);
}
