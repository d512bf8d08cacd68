// Owns the slots this process holds in Redis: keeps them while they are held. Knows no limit.

import type { RedisConnection } from "./redis-connection.ts";

/** A slot nobody renews for so long is free again: its process is gone. */
export const slotLifeMsDefault = 30_000;
const renewalsPerLife = 3;
const renewedPerCall = 200;
/** Slots held by this process at once. */
const heldMax = 100_000;
/** Of one turn of renewals; nobody waits for it. */
const turnMsMax = 1_000;

export interface HeldSlot {
  readonly key: string;
  readonly member: string;
}

export class RedisSlots {
  readonly lifeMs: number;
  readonly #connection: RedisConnection;
  readonly #held = new Set<HeldSlot>();
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(connection: RedisConnection, lifeMs: number) {
    this.lifeMs = lifeMs;
    this.#connection = connection;
  }

  get hasRoom(): boolean {
    return this.#held.size < heldMax;
  }

  hold(slots: readonly HeldSlot[]): void {
    for (const slot of slots) this.#held.add(slot);
    if (slots.length === 0) return;
    this.#timer ??= setInterval(() => this.renew(), this.lifeMs / renewalsPerLife).unref();
  }

  /** They are renewed no more; giving them back is somebody else's. */
  release(slots: readonly HeldSlot[]): void {
    for (const slot of slots) this.#held.delete(slot);
  }

  /** Also where Redis has forgotten them. */
  renew(): void {
    if (this.#held.size === 0) this.close();
    const held = [...this.#held];
    for (let from = 0; from < held.length; from += renewedPerCall) {
      this.#renewSome(held.slice(from, from + renewedPerCall));
    }
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #renewSome(slots: readonly HeldSlot[]): void {
    const keys = slots.map(({ key }) => key);
    const members = slots.map(({ member }) => member);
    const renew = () => this.#connection.client.sluiceRenew(keys.length, ...keys, this.lifeMs, ...members);
    void this.#connection.run(renew, performance.now() + turnMsMax);
  }
}
