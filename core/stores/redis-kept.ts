// Owns what many processes know of things that providers keep: one record a key, each step atomic. Knows no
// counter.

import { randomUUID } from "node:crypto";
import type { Usage } from "../contracts/frame.ts";
import type { KeptClaim, KeptRecords } from "../contracts/store.ts";
import { countsOf, keptLifeMs, usageOf } from "./kept-life.ts";
import type { RedisClient } from "./redis-client.ts";
import type { RedisConnection } from "./redis-connection.ts";

/** A record is the owner's name and the counts that were charged, a blank between them. */
const nobody = "-";

/** Each as long as a verdict may take. */
const triesMax = 20;
const chargeIdLifeMs = 10_000;

export interface RedisKeptOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
  /** How long a verdict may take. */
  readonly verdictMs: number;
}

export class RedisKeptRecords implements KeptRecords {
  readonly #connection: RedisConnection;
  readonly #prefix: string;
  readonly #verdictMs: number;

  constructor({ connection, prefix, verdictMs }: RedisKeptOptions) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#verdictMs = verdictMs;
  }

  /** Repeated it changes nothing: who came first stays. */
  async claim(claims: readonly KeptClaim[]): Promise<boolean> {
    const said = await this.#insist((client) =>
      Promise.all(
        claims.map(({ key, owner }) => client.set(this.#prefix + key, owner, "PX", keptLifeMs, "NX")),
      ),
    );
    return said !== undefined;
  }

  async owners(keys: readonly string[]): Promise<readonly (string | undefined)[] | "lost"> {
    const deadlineAtMs = await this.#deadline();
    const records = await this.#connection.run(
      (client) => Promise.all(keys.map((key) => client.getex(this.#prefix + key, "PX", keptLifeMs))),
      deadlineAtMs,
    );
    return records?.map(ownerIn) ?? "lost";
  }

  /** The same id is charged once, however often it is sent. */
  async charge(key: string, usage: Usage): Promise<Usage | "lost"> {
    const keys = [this.#prefix + key, `${this.#prefix}charge:${randomUUID()}`];
    const call = [...keys, keptLifeMs, chargeIdLifeMs, nobody, ...countsOf(usage)];
    const before = await this.#insist((client) => client.sluiceCharge(keys.length, ...call));
    return before === undefined ? "lost" : usageOf(before.map(Number));
  }

  async isReachable(): Promise<boolean> {
    const deadlineAtMs = await this.#deadline();
    if (this.#connection.isUp) return true;
    return (await this.#connection.run((client) => client.ping(), deadlineAtMs)) !== undefined;
  }

  /**
   * The provider has worked by now: what is late is asked again before an answer is given up, as long as
   * there is a connection.
   */
  async #insist<T>(operation: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const said = await this.#connection.run(operation, await this.#deadline());
      if (said !== undefined || !this.#connection.isOpen) return said;
    }
    return undefined;
  }

  /** At boot the first attempt to connect is waited for. */
  async #deadline(): Promise<number> {
    const deadlineAtMs = performance.now() + this.#verdictMs;
    await this.#connection.attempted(deadlineAtMs);
    return deadlineAtMs;
  }
}

function ownerIn(record: string | null): string | undefined {
  const owner = record?.split(" ", 1)[0];
  return owner === nobody ? undefined : owner;
}
