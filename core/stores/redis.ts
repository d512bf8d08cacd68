// Owns the store many processes share: one call a reservation, a verdict in time, what a loss means.

import { randomUUID } from "node:crypto";
import type { Ask, Counter, CounterState } from "../contracts/limit.ts";
import type { Lease, Shortage, Store } from "../contracts/store.ts";
import { hasFixed, type Taken, takeFixed, unknownState } from "./fixed-windows.ts";
import { RecentLeases } from "./recent-leases.ts";
import { RedisKeptAnswers } from "./redis-answers.ts";
import { RedisApprovals } from "./redis-approvals.ts";
import { type ConnectionOptions, commandTimeoutMsDefault, RedisConnection } from "./redis-connection.ts";
import { RedisDesk } from "./redis-desk.ts";
import { openAfterMs as openAfterMsDefault, RedisEpoch } from "./redis-epoch.ts";
import { RedisFixedWindows } from "./redis-fixed.ts";
import { RedisKeptRecords } from "./redis-kept.ts";
import { isFixed, prefix } from "./redis-keys.ts";
import { type LeaseMakers, RedisLease } from "./redis-lease.ts";
import { RedisOutbox } from "./redis-outbox.ts";
import { RedisToolRegistry } from "./redis-registry.ts";
import { RedisSlots, slotLifeMsDefault } from "./redis-slots.ts";
import { type LostThere, RedisTaker } from "./redis-take.ts";
import { reserveHere } from "./reserve-here.ts";
import { ServerClock } from "./server-clock.ts";
import { Slices } from "./slices.ts";
import { StandIn } from "./stand-in.ts";
import { ToldFigures } from "./told-figures.ts";

/** Of command timeouts. By default an answer within 80 ms, whatever the store does. */
const verdictTimeouts = 1.6;
/** Of a command timeout: how long replicas are waited for. */
const replicaTimeouts = 0.5;
const localKeysMax = 50_000;
const noRoom: LostThere = { kind: "lost", mayBeTaken: false, index: -1 };
const noMoment = () => ({ runningMs: 0, wallMs: 0 });
const nothingFixed: Taken = { kind: "taken", states: [], giveBack: () => {} };

export interface RedisStoreOptions extends Omit<ConnectionOptions, "commandTimeoutMs"> {
  readonly commandTimeoutMs?: number;
  /** How long slots of a dead process stay taken. */
  readonly slotLifeMs?: number;
  /** How long a store that is empty, or another than before, counts nothing. */
  readonly openAfterMs?: number;
}

export class RedisStore implements Store {
  readonly name = "redis";
  readonly isShared = true;
  readonly kept: RedisKeptRecords;
  readonly desk: RedisDesk;
  readonly answers: RedisKeptAnswers;
  readonly approvals: RedisApprovals;
  readonly tools: RedisToolRegistry;
  readonly #verdictMs: number;
  readonly #connection: RedisConnection;
  #strict: RedisConnection | undefined = undefined;
  readonly #epoch: RedisEpoch;
  readonly #fixed: RedisFixedWindows;
  readonly #slots: RedisSlots;
  readonly #outbox: RedisOutbox;
  readonly #slices: Slices;
  readonly #standIn: StandIn;
  readonly #taker: RedisTaker;
  readonly #makers: LeaseMakers;
  readonly #recent = new RecentLeases();

  constructor(options: RedisStoreOptions) {
    const { commandTimeoutMs = commandTimeoutMsDefault, slotLifeMs = slotLifeMsDefault } = options;
    const connect = { ...options, commandTimeoutMs };
    this.#verdictMs = verdictTimeouts * commandTimeoutMs;
    const fast = new RedisConnection(connect);
    this.#connection = fast;
    this.#fixed = new RedisFixedWindows(fast, `${prefix}:f`, localKeysMax);
    this.#slots = new RedisSlots(fast, slotLifeMs);
    this.kept = new RedisKeptRecords({
      connection: fast,
      prefix: `${prefix}:k:`,
      verdictMs: this.#verdictMs,
    });
    this.desk = new RedisDesk(fast);
    this.answers = new RedisKeptAnswers({
      connection: fast,
      prefix: `${prefix}:a:`,
      verdictMs: this.#verdictMs,
    });
    this.approvals = new RedisApprovals({
      connection: fast,
      prefix: `${prefix}:w:`,
      verdictMs: this.#verdictMs,
    });
    this.tools = new RedisToolRegistry({
      connection: fast,
      prefix: `${prefix}:t:`,
      verdictMs: this.#verdictMs,
    });
    const told = new ToldFigures();
    const clock = new ServerClock();
    const { openAfterMs = openAfterMsDefault } = options;
    this.#epoch = new RedisEpoch({ told, clock, openAfterMs, onNew: () => this.#slots.renew() });
    this.#epoch.watch(fast);
    this.#outbox = new RedisOutbox(fast, told);
    const strict = () => this.#strictly(connect);
    const replicaMs = Math.max(Math.floor(replicaTimeouts * commandTimeoutMs), 1);
    this.#taker = new RedisTaker({ fast, strict, epoch: this.#epoch, clock, told, slotLifeMs, replicaMs });
    this.#slices = new Slices({
      name: randomUUID(),
      isUp: () => fast.isUp,
      reserve: (ask) => this.#reserveSlice(ask),
    });
    this.#standIn = new StandIn(this.#slices, localKeysMax);
    this.#makers = {
      taker: this.#taker,
      outbox: this.#outbox,
      slots: this.#slots,
      told,
      standIn: (ask, fixed, lost) => this.#without(ask, fixed, lost),
      deadline: () => performance.now() + this.#verdictMs,
    };
  }

  get isUp(): boolean {
    return this.#connection.isUp;
  }

  /** Settlements that Redis has not acknowledged yet. */
  get unsettled(): number {
    return this.#outbox.waiting;
  }

  reserve(ask: Ask): Promise<Lease | Shortage> {
    const earlier = this.#recent.find(ask.id);
    if (earlier !== undefined) return Promise.resolve(earlier);
    return this.#recent.keepPending(ask.id, this.#reserve(ask));
  }

  async close(): Promise<void> {
    this.#epoch.close();
    this.#slices.close();
    this.#slots.close();
    await this.#outbox.close();
    await Promise.all([this.#connection.close(), this.#strict?.close()]);
  }

  async #reserve(ask: Ask): Promise<Lease | Shortage> {
    const deadlineAtMs = this.#makers.deadline();
    const { counters } = ask;
    await this.#connection.attempted(deadlineAtMs);
    const fixed = hasFixed(counters) ? await takeFixed(this.#fixed, counters, deadlineAtMs) : nothingFixed;
    if (fixed.kind === "shortage") return fixed;
    const verdict = counters.every(isFixed)
      ? reserveHere({ now: noMoment, figureOf: () => undefined }, ask, fixed.states)
      : await this.#reserveThere(ask, fixed.states, deadlineAtMs);
    if (verdict.kind === "shortage") fixed.giveBack();
    return verdict;
  }

  /** Everything but fixed windows, in one script call. */
  async #reserveThere(
    ask: Ask,
    fixed: readonly CounterState[],
    deadlineAtMs: number,
  ): Promise<Lease | Shortage> {
    const { id, units } = ask;
    const counters = ask.counters.filter((counter) => !isFixed(counter));
    const amounts = counters.map(({ amount }) => amount);
    const step = { id, step: 0, counters, amounts, units, deadlineAtMs };
    const verdict = this.#slots.hasRoom ? await this.#taker.take(step) : noRoom;
    if (verdict.kind === "taken") {
      for (const [index, counter] of counters.entries()) {
        const state = verdict.states[index] as CounterState;
        if (counter.onStoreLoss !== "lease" || counter.role === "watched") continue;
        this.#slices.note(counter, state, counter.amount + counter.perUnit * verdict.units);
      }
      return new RedisLease(ask, verdict, fixed, this.#makers);
    }
    if (verdict.kind === "shortage") {
      const short = counters[verdict.index] as Counter;
      if (short.onStoreLoss === "lease") this.#slices.giveUp(short);
      return { ...verdict, index: ask.counters.indexOf(short) };
    }
    if (verdict.mayBeTaken) this.#takeBack(id, counters);
    const index = ask.counters.indexOf(counters[verdict.index] as Counter);
    return this.#without(ask, fixed, { ...verdict, index });
  }

  /** Each limit's own setting: one that is closed refuses for all. */
  #without(ask: Ask, fixed: readonly CounterState[], { index }: LostThere): Lease | Shortage {
    if (ask.counters[index]?.onStoreLoss !== "closed") return this.#standIn.reserve(ask, fixed);
    return { kind: "shortage", index, state: unknownState, cause: "lost" };
  }

  async #reserveSlice(ask: Ask): Promise<Lease | undefined> {
    const amounts = ask.counters.map(({ amount }) => amount);
    const verdict = await this.#taker.take({
      ...ask,
      amounts,
      step: 0,
      deadlineAtMs: this.#makers.deadline(),
    });
    if (verdict.kind === "lost" && verdict.mayBeTaken) this.#takeBack(ask.id, ask.counters);
    return verdict.kind === "taken" ? new RedisLease(ask, verdict, [], this.#makers) : undefined;
  }

  /** Redis did not say whether it counted this; nobody uses it. */
  #takeBack(id: string, counters: readonly Counter[]): void {
    const used = counters.map(({ window, amount }) => (window.kind === "concurrency" ? amount : 0));
    this.#outbox.push({ id, gauges: counters, used, isOwed: false });
  }

  #strictly(options: ConnectionOptions): RedisConnection {
    if (this.#strict === undefined) {
      // That it is lost shows in each verdict; whether the store is up, the other one says.
      this.#strict = new RedisConnection({ ...options, onStateChange: () => {} });
      this.#epoch.watch(this.#strict);
    }
    return this.#strict;
  }
}
