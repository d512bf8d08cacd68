// Owns what asks used in the end, until Redis has heard it: nobody waits, nothing is counted twice.
// Knows no ask.

import type { Gauge } from "../contracts/store.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { gaugeArguments, keyOf, recordKey } from "./redis-keys.ts";
import type { ToldFigures } from "./told-figures.ts";

/** Settlements waiting; past it the oldest refund is dropped, so what it took stays charged. */
export const waitingMax = 10_000;
const sentPerTurn = 500;
/** Of one call; nobody waits for it. */
const turnMsMax = 1_000;
const retryMs = 1_000;
/** Longer than its record is kept, Redis would find nothing to correct. */
export const recordLifeMs = 3_600_000;
/** A settled ask that comes again within this time still counts once. */
const settledLifeMs = 10_000;

export interface Settlement {
  readonly id: string;
  /** Of no fixed window. */
  readonly gauges: readonly Gauge[];
  /** What each is to hold in the end; undefined: what was taken. Of slots: how many are given back. */
  readonly used: readonly (number | undefined)[];
  /** More was used than taken, on one at least: it is dropped last. */
  readonly isOwed: boolean;
}

interface Waiting extends Settlement {
  readonly sinceMs: number;
}

export class RedisOutbox {
  readonly #connection: RedisConnection;
  readonly #told: ToldFigures;
  #refunds: Waiting[] = [];
  #owed: Waiting[] = [];
  /** Under way. */
  #sentCount = 0;
  #isSending = false;
  #sending = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(connection: RedisConnection, told: ToldFigures) {
    this.#connection = connection;
    this.#told = told;
    connection.client.on("ready", () => void this.#flush());
    this.#timer = setInterval(() => void this.#flush(), retryMs).unref();
  }

  /** Not acknowledged yet. */
  get waiting(): number {
    return this.#refunds.length + this.#owed.length + this.#sentCount;
  }

  push(settlement: Settlement): void {
    const queue = settlement.isOwed ? this.#owed : this.#refunds;
    queue.push({ ...settlement, sinceMs: performance.now() });
    this.#trim();
    void this.#flush();
  }

  /** What Redis does not hear now it never hears. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flush();
  }

  #trim(): void {
    if (this.waiting > waitingMax && this.#refunds.shift() === undefined) this.#owed.shift();
  }

  #flush(): Promise<void> {
    if (!this.#isSending) this.#sending = this.#send();
    return this.#sending;
  }

  /** What fails waits: for the next settlement, the next beat, or the next connection. */
  async #send(): Promise<void> {
    this.#isSending = true;
    let hasFailed = false;
    while (this.waiting > 0 && this.#connection.isOpen && !hasFailed) {
      const owed = this.#owed.splice(0, sentPerTurn);
      const refunds = this.#refunds.splice(0, sentPerTurn - owed.length);
      this.#sentCount = owed.length + refunds.length;
      const [owedLeft, refundsLeft] = await Promise.all([this.#deliver(owed), this.#deliver(refunds)]);
      hasFailed = owedLeft.length + refundsLeft.length > 0;
      this.#sentCount = 0;
      this.#owed = [...owedLeft, ...this.#owed];
      this.#refunds = [...refundsLeft, ...this.#refunds];
      while (this.waiting > waitingMax) this.#trim();
    }
    this.#isSending = false;
  }

  /** Those that Redis did not acknowledge. */
  async #deliver(settlements: readonly Waiting[]): Promise<readonly Waiting[]> {
    const heard = await Promise.all(settlements.map((settlement) => this.#settle(settlement)));
    const sinceMs = performance.now() - recordLifeMs;
    return settlements.filter((one, index) => heard[index] !== "heard" && one.sinceMs > sinceMs);
  }

  async #settle({ id, gauges, used }: Settlement): Promise<"heard" | undefined> {
    const keys = gauges.map(keyOf);
    const call: (string | number)[] = [recordKey(id), ...keys, id, settledLifeMs];
    for (const [index, gauge] of gauges.entries()) call.push(...gaugeArguments(gauge, 0), used[index] ?? "");
    const said = await this.#connection.run(
      (client) => client.sluiceSettle(keys.length + 1, ...call),
      performance.now() + turnMsMax,
    );
    if (said === undefined) return undefined;
    const atMs = said[0] ?? 0;
    for (const [index, gauge] of gauges.entries()) {
      const left = said[index + 1];
      if (typeof left === "number") this.#told.note(keys[index] ?? "", gauge, { used: left, atMs });
    }
    return "heard";
  }
}
