// Owns the ledger many processes share: a hash a day and axis in Redis. Knows no entry and no counter.

import type { Result } from "ioredis";
import {
  type LedgerAxis,
  type LedgerBatch,
  type LedgerFigures,
  type LedgerStore,
  ledgerKeysMax,
  sumNames,
} from "../contracts/ledger.ts";
import { figuresOf } from "./ledger-book.ts";
import { ledgerAddScript } from "./lua-ledger.ts";
import type { RedisClient } from "./redis-client.ts";
import { RedisConnection } from "./redis-connection.ts";
import { prefix } from "./redis-keys.ts";

declare module "ioredis" {
  interface RedisCommander<Context> {
    sluiceLedgerAdd(keyCount: number, ...rest: (string | number)[]): Result<string[], Context>;
  }
}

/** Nobody's request waits for any of this. */
const answerMsMaxDefault = 1_000;
const dayMs = 86_400_000;
/** Of each name of a sum, as the script has them. */
const letters = { n: 0, i: 1, c: 2, o: 3, $: 4, u: 5, e: 6 } as const;

export interface RedisLedgerOptions {
  readonly url: string;
  readonly password: string | undefined;
  /** Today is one more. */
  readonly daysKept: number;
  readonly keysMax?: number;
  readonly answerMsMax?: number;
}

/**
 * Has a connection of its own, which is made when it is first needed: a batch that is late must not have the
 * store of the limits taken for lost.
 */
export class RedisLedgerStore implements LedgerStore {
  readonly #options: RedisLedgerOptions;
  #connection: RedisConnection | undefined = undefined;

  constructor(options: RedisLedgerOptions) {
    this.#options = options;
  }

  async add({ writer, sequence, rows }: LedgerBatch): Promise<readonly bigint[] | "lost"> {
    const { daysKept, keysMax = ledgerKeysMax } = this.#options;
    const hashes = new Map<string, number>();
    const call: (string | number)[] = [sequence, (daysKept + 1) * dayMs, keysMax];
    for (const { day, by, key, total } of rows) {
      const hash = hashKey(day, by);
      const at = hashes.get(hash) ?? hashes.size + 1;
      hashes.set(hash, at);
      call.push(at, key, ...sumNames.map((name) => total[name]));
    }
    const keys = [`${prefix}:L:w:${writer}`, ...hashes.keys()];
    const said = await this.#run((client) => client.sluiceLedgerAdd(keys.length, ...keys, ...call));
    return said?.map(BigInt) ?? "lost";
  }

  async read(day: string, by: LedgerAxis): Promise<ReadonlyMap<string, LedgerFigures> | "lost"> {
    const fields = await this.#run((client) => client.hgetall(hashKey(day, by)));
    return fields === undefined ? "lost" : readFields(fields);
  }

  async costs(by: LedgerAxis, key: string, days: readonly string[]): Promise<readonly bigint[] | "lost"> {
    const said = await this.#run((client) =>
      Promise.all(days.map((day) => client.hget(hashKey(day, by), `$ ${key}`))),
    );
    return said?.map((cost) => BigInt(cost ?? 0)) ?? "lost";
  }

  async claim(day: string, what: string): Promise<boolean | "lost"> {
    const key = `${prefix}:L:${day}:claims`;
    const lifeMs = (this.#options.daysKept + 1) * dayMs;
    const said = await this.#run((client) =>
      Promise.all([client.hsetnx(key, what, "1"), client.pexpire(key, lifeMs)]),
    );
    return said === undefined ? "lost" : said[0] === 1;
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #run<T>(operation: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    this.#connection ??= connect(this.#options);
    const deadlineAtMs = performance.now() + (this.#options.answerMsMax ?? answerMsMaxDefault);
    await this.#connection.attempted(deadlineAtMs);
    return this.#connection.run(operation, deadlineAtMs);
  }
}

function connect({ url, password, answerMsMax }: RedisLedgerOptions): RedisConnection {
  // Whether the store is up, the connection of the limits says.
  const onStateChange = () => {};
  const commandTimeoutMs = answerMsMax ?? answerMsMaxDefault;
  const connection = new RedisConnection({ url, password, commandTimeoutMs, onStateChange });
  connection.client.defineCommand("sluiceLedgerAdd", { lua: ledgerAddScript });
  return connection;
}

function hashKey(day: string, by: LedgerAxis): string {
  return `${prefix}:L:${day}:${by}`;
}

function readFields(fields: Readonly<Record<string, string>>): ReadonlyMap<string, LedgerFigures> {
  const rows = new Map<string, bigint[]>();
  for (const [field, value] of Object.entries(fields)) {
    const at = letters[field[0] as keyof typeof letters];
    if (at === undefined) continue;
    const key = field.slice(2);
    const row = rows.get(key) ?? [];
    row[at] = BigInt(value);
    rows.set(key, row);
  }
  const figures = (row: readonly bigint[]) => figuresOf((name) => row[sumNames.indexOf(name)] ?? 0n);
  return new Map([...rows].map(([key, row]) => [key, figures(row)]));
}
