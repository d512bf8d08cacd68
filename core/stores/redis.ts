// Owns the store many processes share: one call a reservation, a verdict in time, what a loss means.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Lease, Shortage, Store } from "../contracts/store.ts";
import { takeFixed, unknownState } from "./fixed-windows.ts";
import { MemoryStore } from "./memory.ts";
import { RecentLeases } from "./recent-leases.ts";
import { type ConnectionOptions, commandTimeoutMsDefault, RedisConnection } from "./redis-connection.ts";
import { RedisFixedWindows } from "./redis-fixed.ts";
import { RedisKeptRecords } from "./redis-kept.ts";
import { type HeldSlot, RedisSlots, slotLifeMsDefault } from "./redis-slots.ts";

/** Of command timeouts. By default an answer within 80 ms, whatever the store does. */
const verdictTimeouts = 1.6;
/** An id that comes again within this time counts once, whoever sends it. */
const idLifeMs = 10_000;
const insuredKeysMax = 50_000;
/** Braces make it a hash tag: all keys stand on one node of a cluster, as one script needs them. */
const prefix = "{sluice}";

export interface RedisStoreOptions extends Omit<ConnectionOptions, "commandTimeoutMs"> {
  readonly commandTimeoutMs?: number;
  /** How long slots of a dead process stay taken. */
  readonly slotLifeMs?: number;
}

export class RedisStore implements Store {
  readonly name = "redis";
  readonly kept: RedisKeptRecords;
  readonly #commandTimeoutMs: number;
  readonly #connection: RedisConnection;
  readonly #fixed: RedisFixedWindows;
  readonly #slots: RedisSlots;
  /** For limits that stay open without the store. */
  readonly #local = new MemoryStore({ keysMax: insuredKeysMax });
  readonly #recent = new RecentLeases();
  /** Redis's clock less ours: the largest seen, since an answer only ever comes late. */
  #clockLeadMs = Number.NEGATIVE_INFINITY;

  constructor({ slotLifeMs = slotLifeMsDefault, ...options }: RedisStoreOptions) {
    const { commandTimeoutMs = commandTimeoutMsDefault } = options;
    this.#commandTimeoutMs = commandTimeoutMs;
    this.#connection = new RedisConnection({ ...options, commandTimeoutMs });
    this.#fixed = new RedisFixedWindows(this.#connection, `${prefix}:f`, insuredKeysMax);
    this.#slots = new RedisSlots(this.#connection, slotLifeMs);
    const verdictMs = verdictTimeouts * commandTimeoutMs;
    this.kept = new RedisKeptRecords({ connection: this.#connection, prefix: `${prefix}:k:`, verdictMs });
  }

  get isUp(): boolean {
    return this.#connection.isUp;
  }

  reserve(id: string, counters: readonly Counter[]): Promise<Lease | Shortage> {
    const earlier = this.#recent.find(id);
    if (earlier !== undefined) return Promise.resolve(earlier);
    return this.#recent.keepPending(id, this.#reserve(id, counters));
  }

  async close(): Promise<void> {
    await this.#slots.close();
    await this.#connection.close();
  }

  async #reserve(id: string, counters: readonly Counter[]): Promise<Lease | Shortage> {
    const deadlineAtMs = performance.now() + verdictTimeouts * this.#commandTimeoutMs;
    await this.#connection.attempted(deadlineAtMs);
    const taken = await takeFixed(this.#fixed, counters, deadlineAtMs);
    if (taken.kind === "shortage") return taken;
    const places = [...counters.keys()].filter((index) => counters[index]?.window.kind !== "fixed");
    const others = counters.filter(({ window }) => window.kind !== "fixed");
    if (others.length === 0) return new RedisLease(taken.states, () => {});
    const verdict = await this.#reserveOthers(id, others, deadlineAtMs);
    if (verdict.kind === "shortage") {
      taken.giveBack();
      return { ...verdict, index: places[verdict.index] ?? verdict.index };
    }
    const states = [...taken.states];
    for (const [at, index] of places.entries()) states[index] = verdict.states[at] ?? unknownState;
    return new RedisLease(states, () => verdict.settle());
  }

  /** Everything but fixed windows, in one script call. */
  async #reserveOthers(
    id: string,
    counters: readonly Counter[],
    deadlineAtMs: number,
  ): Promise<Lease | Shortage> {
    if (!this.#connection.isOpen || !this.#slots.hasRoom) return this.#reserveWithout(id, counters);
    const slots = counters.flatMap((counter) => slotsOf(id, counter));
    const call = [
      `${prefix}:i:${id}`,
      ...counters.map(keyOf),
      id,
      this.#deadlineThere(deadlineAtMs),
      idLifeMs,
    ];
    for (const counter of counters) call.push(...argumentsOf(counter, this.#slots.lifeMs));
    const reply = await this.#connection.run(
      (client) => client.sluiceReserve(counters.length + 1, ...call),
      deadlineAtMs,
    );
    const [clock, place] = reply ?? [];
    if (clock !== undefined) this.#clockLeadMs = Math.max(clock - performance.now(), this.#clockLeadMs);
    if (reply === undefined || place === undefined || place < 0) {
      // It may have been taken all the same.
      if (slots.length > 0) this.#slots.giveBack(slots);
      return this.#reserveWithout(id, counters);
    }
    if (place > 0) return { kind: "shortage", index: place - 1, state: stateAt(reply, 0), cause: "full" };
    const states = counters.map((_, index) => stateAt(reply, index));
    if (slots.length === 0) return new RedisLease(states, () => {});
    this.#slots.hold(slots);
    return new RedisLease(states, () => this.#slots.giveBack(slots));
  }

  /** Each limit's own setting: one that is closed refuses for all, else this process counts alone. */
  async #reserveWithout(id: string, counters: readonly Counter[]): Promise<Lease | Shortage> {
    const index = counters.findIndex(({ onStoreLoss }) => onStoreLoss === "closed");
    if (index >= 0) return { kind: "shortage", index, state: unknownState, cause: "lost" };
    return this.#local.reserve(id, counters);
  }

  /** By Redis's clock; 0 until that is known. What runs there later counts nothing: nobody waits for it. */
  #deadlineThere(deadlineAtMs: number): number {
    return Number.isFinite(this.#clockLeadMs) ? Math.ceil(deadlineAtMs + this.#clockLeadMs) : 0;
  }
}

class RedisLease implements Lease {
  readonly kind = "lease";
  readonly states: readonly CounterState[];
  #giveBack: (() => void) | undefined;

  constructor(states: readonly CounterState[], giveBack: () => void) {
    this.states = states;
    this.#giveBack = giveBack;
  }

  settle(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }
}

/** A window of another length is another figure: the ring's slots would not fit. */
function keyOf({ key, window }: Counter): string {
  return window.kind === "sliding" ? `${prefix}:s:${window.windowMs}:${key}` : `${prefix}:c:${key}`;
}

function argumentsOf({ limit, amount, window }: Counter, slotLifeMs: number): (string | number)[] {
  if (window.kind !== "sliding") return ["c", limit, amount, slotLifeMs, 0];
  return ["s", limit, amount, window.windowMs, window.burst ?? 0];
}

/** The members the script adds. */
function slotsOf(id: string, counter: Counter): HeldSlot[] {
  if (counter.window.kind !== "concurrency") return [];
  const key = keyOf(counter);
  return Array.from({ length: counter.amount }, (_, at) => ({ key, member: `${id}:${at + 1}` }));
}

function stateAt(reply: readonly number[], index: number): CounterState {
  return { remaining: reply[2 + 2 * index] ?? 0, resetMs: reply[3 + 2 * index] ?? 0 };
}
