// Owns whether Redis still holds what the processes told it, and telling it again where not. Knows no ask.

import { randomUUID } from "node:crypto";
import { before, type RedisConnection } from "./redis-connection.ts";
import { epochKey, gaugeArguments } from "./redis-keys.ts";
import type { ServerClock } from "./server-clock.ts";
import type { ToldFigure, ToldFigures } from "./told-figures.ts";

/**
 * A store that was emptied, restarted, or promoted counts nothing for so long: time for every process to
 * tell what it was told. The first start of all waits for it, too.
 */
export const openAfterMs = 3_000;
const checkMs = 1_000;
/** Of one call; nobody waits for it. */
const turnMsMax = 1_000;
const toldPerCall = 100;
const callsAtOnce = 8;

export interface EpochOptions {
  readonly told: ToldFigures;
  readonly clock: ServerClock;
  readonly openAfterMs: number;
  /** The store may have forgotten what else this process holds. */
  readonly onNew: () => void;
}

interface Watched {
  readonly connection: RedisConnection;
  /** Undefined: it is not known which store this connection leads to. */
  isSure: boolean;
  /** Of the server behind it: what an earlier one said does not count. */
  generation: number;
  pending: Promise<void> | undefined;
}

export class RedisEpoch {
  /** Empty until one is known. */
  value = "";
  /** By the store's clock. */
  openAtMs = 0;
  readonly #options: EpochOptions;
  readonly #watched = new Map<RedisConnection, Watched>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: EpochOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#check(), checkMs).unref();
  }

  watch(connection: RedisConnection): void {
    const watched: Watched = { connection, isSure: false, generation: 0, pending: undefined };
    this.#watched.set(connection, watched);
    connection.onServerChange(() => {
      watched.isSure = false;
      watched.generation += 1;
      watched.pending = undefined;
      void this.#greet(watched);
    });
  }

  isSure(connection: RedisConnection): boolean {
    return this.#watched.get(connection)?.isSure === true;
  }

  /** Whether it is known by then which store the connection leads to. */
  async sure(connection: RedisConnection, deadlineAtMs: number): Promise<boolean> {
    const watched = this.#watched.get(connection);
    if (watched === undefined || !connection.isOpen) return false;
    if (!watched.isSure) await before(this.#greet(watched), deadlineAtMs);
    return watched.isSure;
  }

  /** A script said that the store is in another epoch. */
  doubt(connection: RedisConnection): void {
    const watched = this.#watched.get(connection);
    if (watched === undefined) return;
    watched.isSure = false;
    void this.#greet(watched);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A process that draws on nothing tells what it knows, too. */
  #check(): void {
    for (const watched of this.#watched.values()) {
      if (watched.connection.isOpen) void this.#greet(watched);
    }
  }

  #greet(watched: Watched): Promise<void> {
    watched.pending ??= this.#greetNow(watched).finally(() => {
      watched.pending = undefined;
    });
    return watched.pending;
  }

  async #greetNow(watched: Watched): Promise<void> {
    const { connection, generation } = watched;
    const isStale = () => watched.generation !== generation;
    const said = await connection.run(
      (client) => client.sluiceGreet(1, epochKey, randomUUID(), this.#options.openAfterMs),
      performance.now() + turnMsMax,
    );
    if (said === undefined || isStale()) return;
    const [clock, epoch] = said;
    if (epoch !== this.value) this.#options.clock.forget();
    this.#options.clock.note(clock);
    if (epoch !== this.value) {
      watched.isSure = false;
      if (!(await this.#tell(connection, epoch)) || isStale()) return;
      this.value = epoch;
      this.openAtMs = Number(epoch.split(" ")[1]);
      this.#options.onNew();
    }
    watched.isSure = true;
  }

  async #tell(connection: RedisConnection, epoch: string): Promise<boolean> {
    const told = this.#options.told.all();
    const calls: (readonly (readonly [string, ToldFigure])[])[] = [];
    for (let from = 0; from < told.length; from += toldPerCall) {
      calls.push(told.slice(from, from + toldPerCall));
    }
    for (let from = 0; from < calls.length; from += callsAtOnce) {
      const turn = calls.slice(from, from + callsAtOnce);
      const said = await Promise.all(turn.map((figures) => tellSome(connection, epoch, figures)));
      if (said.some((count) => count === undefined || count < 0)) return false;
    }
    return true;
  }
}

function tellSome(
  connection: RedisConnection,
  epoch: string,
  figures: readonly (readonly [string, ToldFigure])[],
): Promise<number | undefined> {
  const keys = figures.map(([key]) => key);
  const call = figures.flatMap(([, { gauge, used, atMs }]) => [...gaugeArguments(gauge, 0), used, atMs]);
  return connection.run(
    (client) => client.sluiceTell(keys.length + 1, epochKey, ...keys, epoch, ...call),
    performance.now() + turnMsMax,
  );
}
