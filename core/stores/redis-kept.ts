// Owns what many processes know of things that providers keep: one record a key, each step atomic. Knows no
// counter.

import { randomUUID } from "node:crypto";
import type { Usage } from "../contracts/frame.ts";
import type { KeptClaim, KeptRecords } from "../contracts/store.ts";
import { countsOf, keptLifeMs, usageOf } from "./kept-life.ts";
import type { RedisConnection } from "./redis-connection.ts";

/** A record is the owner's name and the counts that were charged, a blank between them. */
const nobody = "-";

/** Each as long as a verdict may take. */
const chargeTriesMax = 20;
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

  /** What is late or repeated changes nothing: who came first stays. */
  async claim(claims: readonly KeptClaim[]): Promise<boolean> {
    const deadlineAtMs = await this.#deadline();
    const said = await this.#connection.run(
      (client) =>
        Promise.all(
          claims.map(({ key, owner }) => client.set(this.#prefix + key, owner, "PX", keptLifeMs, "NX")),
        ),
      deadlineAtMs,
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

  /** No client waits for it, so what is late is asked again; the same id is charged once. */
  async charge(key: string, usage: Usage): Promise<Usage | "lost"> {
    const keys = [this.#prefix + key, `${this.#prefix}charge:${randomUUID()}`];
    const call = [...keys, keptLifeMs, chargeIdLifeMs, nobody, ...countsOf(usage)];
    for (let tries = 0; tries < chargeTriesMax; tries += 1) {
      const deadlineAtMs = await this.#deadline();
      const before = await this.#connection.run(
        (client) => client.sluiceCharge(keys.length, ...call),
        deadlineAtMs,
      );
      if (before !== undefined) return usageOf(before.map(Number));
      if (!this.#connection.isOpen) break;
    }
    return "lost";
  }

  async isReachable(): Promise<boolean> {
    const deadlineAtMs = await this.#deadline();
    if (this.#connection.isUp) return true;
    return (await this.#connection.run((client) => client.ping(), deadlineAtMs)) !== undefined;
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
