// Owns the way to an upstream: one bounded undici pool, a line of those who wait for it, its watchdog. Knows
// no dialects.

import { Pool } from "undici";
import type { Timeouts } from "../contracts/exchange.ts";
import { refuse } from "../contracts/refusal.ts";
import { type DialOptions, makeDial } from "./dial.ts";
import { type Carrier, Flight, type Outgoing, type Sending } from "./flight.ts";

export type { Outgoing, Sending } from "./flight.ts";

export interface TransportOptions {
  readonly origin: string;
  readonly timeouts: Timeouts;
  readonly connectionsMax: number;
  readonly dial?: DialOptions;
}

/** Requests that may wait for a connection, as a multiple of the connections. */
const queueFactor = 4;
/** How much later than a connection may take a pool counts as stuck. */
const stuckSlackMs = 1_000;

/** One upstream origin. Who waits for a connection waits here, so that one who leaves is never sent. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #waiting = new Set<Flight>();
  #lane: Lane;
  #isFilling = false;
  #isClosed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#lane = this.#openLane();
  }

  send(outgoing: Outgoing): Sending {
    const { connectionsMax, timeouts } = this.#options;
    if (this.#waiting.size >= connectionsMax * queueFactor) {
      const refusal = refuse("overloaded", { retryAfterS: 1 });
      return { replied: Promise.resolve(refusal), hasStarted: false, abort() {} };
    }
    if (this.#lane.isStuck) this.#replaceLane();
    const flight = new Flight(outgoing, timeouts, this.#leave);
    if (this.#waiting.size === 0 && this.#lane.isFree) this.#carry(flight);
    else {
      this.#waiting.add(flight);
      this.#fill();
    }
    return flight;
  }

  /** What is under way may finish. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#lane.pool.close();
  }

  destroy(): Promise<void> {
    this.#isClosed = true;
    for (const flight of this.#waiting) flight.abort();
    return this.#lane.pool.destroy();
  }

  #openLane(): Lane {
    return new Lane(this.#options, () => this.#fill());
  }

  /** A flight may land while it is carried off: the loop that is under way sees the place it leaves. */
  #fill(): void {
    if (this.#isFilling) return;
    this.#isFilling = true;
    for (const flight of this.#waiting) {
      if (!this.#lane.isFree) break;
      this.#waiting.delete(flight);
      this.#carry(flight);
    }
    this.#isFilling = false;
  }

  #carry(flight: Flight): void {
    this.#lane.carry(flight);
    if (this.#lane.isWornOut) this.#replaceLane();
  }

  #replaceLane(): void {
    if (this.#isClosed) return;
    const old = this.#lane;
    this.#lane = this.#openLane();
    old.retire();
  }

  readonly #leave = (flight: Flight): void => {
    this.#waiting.delete(flight);
  };
}

/** One pool and what is on it. It is never given more than its connections can carry. */
class Lane implements Carrier {
  readonly pool: Pool;
  readonly #connectionsMax: number;
  readonly #stuckAfterMs: number;
  readonly #onFree: () => void;
  #running = 0;
  /** Of those running: no connection has them yet. */
  #pending = 0;
  #lostSlots = 0;
  #progressAtMs = 0;

  constructor(options: TransportOptions, onFree: () => void) {
    this.pool = makePool(options);
    this.#connectionsMax = options.connectionsMax;
    this.#stuckAfterMs = options.timeouts.connectMs + stuckSlackMs;
    this.#onFree = onFree;
  }

  get isFree(): boolean {
    return this.#running < this.#connectionsMax;
  }

  /** Undici keeps a connection's slot for each request it rejects on the spot (an invalid header). */
  get isWornOut(): boolean {
    return this.#lostSlots * 2 >= this.#connectionsMax;
  }

  /** Some wait, and for longer than a connection may take nothing has moved. */
  get isStuck(): boolean {
    return this.#pending > 0 && performance.now() - this.#progressAtMs > this.#stuckAfterMs;
  }

  carry(flight: Flight): void {
    this.#running += 1;
    if (this.#pending === 0) this.#progressAtMs = performance.now();
    this.#pending += 1;
    flight.dispatch(this);
    if (flight.hasLanded && !flight.hasStarted) this.#lostSlots += 1;
  }

  started(): void {
    this.#pending -= 1;
    this.#noteProgress();
  }

  landed(flight: Flight): void {
    this.#running -= 1;
    if (!flight.hasStarted) this.#pending -= 1;
    this.#noteProgress();
    this.#onFree();
  }

  /** The clock is read only where somebody waits. */
  #noteProgress(): void {
    if (this.#pending > 0) this.#progressAtMs = performance.now();
  }

  /** What is under way may finish; where nothing moves, those stuck are let go at once. */
  retire(): void {
    const isDead = this.isStuck && this.#running === this.#pending;
    void (isDead ? this.pool.destroy() : this.pool.close());
  }
}

function makePool({ origin, connectionsMax, timeouts, dial }: TransportOptions): Pool {
  return new Pool(origin, {
    connections: connectionsMax,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: timeouts.idleMs,
    connect: makeDial(timeouts.connectMs, dial),
  });
}
