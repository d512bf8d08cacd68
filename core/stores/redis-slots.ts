// Owns the slots this process holds in Redis: keeps them while held, gives them back after. Knows no limit.

import type { RedisConnection } from "./redis-connection.ts";

/** A slot nobody renews for so long is free again: its process is gone. */
export const slotLifeMsDefault = 30_000;
const renewalsPerLife = 3;
const renewedPerCall = 200;
/** Slots held by this process at once. */
const heldMax = 100_000;
/** Slots waiting to be given back; past it the oldest is left to run out by itself. */
const dueMax = 10_000;
const returnedPerTurn = 500;
/** Of one turn of renewals or returns; nobody waits for it. */
const turnMsMax = 1_000;

export interface HeldSlot {
  readonly key: string;
  readonly member: string;
}

export class RedisSlots {
  readonly lifeMs: number;
  readonly #connection: RedisConnection;
  readonly #held = new Set<HeldSlot>();
  #due: HeldSlot[] = [];
  #isReturning = false;
  #returning = Promise.resolve();
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(connection: RedisConnection, lifeMs: number) {
    this.lifeMs = lifeMs;
    this.#connection = connection;
    connection.client.on("ready", () => void this.#giveBackDue());
  }

  get hasRoom(): boolean {
    return this.#held.size < heldMax;
  }

  hold(slots: readonly HeldSlot[]): void {
    for (const slot of slots) this.#held.add(slot);
    this.#timer ??= setInterval(() => this.#beat(), this.lifeMs / renewalsPerLife).unref();
  }

  /** Also of slots that may never have been taken. */
  giveBack(slots: readonly HeldSlot[]): void {
    for (const slot of slots) this.#held.delete(slot);
    this.#due.push(...slots);
    if (this.#due.length > dueMax) this.#due = this.#due.slice(-dueMax);
    void this.#giveBackDue();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#giveBackDue();
  }

  #giveBackDue(): Promise<void> {
    if (!this.#isReturning) this.#returning = this.#returnDue();
    return this.#returning;
  }

  /** What fails stays due: for the next return, the next beat, or the next connection. */
  async #returnDue(): Promise<void> {
    this.#isReturning = true;
    let hasFailed = false;
    while (this.#due.length > 0 && this.#connection.isOpen && !hasFailed) {
      const turn = this.#due.splice(0, returnedPerTurn);
      const deadlineAtMs = performance.now() + turnMsMax;
      const returned = await Promise.all(
        turn.map(({ key, member }) =>
          this.#connection.run((client) => client.zrem(key, member), deadlineAtMs),
        ),
      );
      const failed = turn.filter((_, index) => returned[index] === undefined);
      hasFailed = failed.length > 0;
      this.#due.unshift(...failed);
    }
    this.#isReturning = false;
  }

  #beat(): void {
    if (this.#held.size === 0 && this.#due.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const held = [...this.#held];
    for (let from = 0; from < held.length; from += renewedPerCall) {
      this.#renew(held.slice(from, from + renewedPerCall));
    }
    void this.#giveBackDue();
  }

  #renew(slots: readonly HeldSlot[]): void {
    const keys = slots.map(({ key }) => key);
    const members = slots.map(({ member }) => member);
    const renew = () => this.#connection.client.sluiceRenew(keys.length, ...keys, this.lifeMs, ...members);
    void this.#connection.run(renew, performance.now() + turnMsMax);
  }
}
