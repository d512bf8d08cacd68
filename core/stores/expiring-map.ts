// Owns a bounded map whose entries grow old: the expired make room, a live one never does. Knows no counter.

export interface Expiring {
  /** From this moment on the entry says nothing any more. */
  readonly expiresAtMs: number;
}

/** Entries looked at when a new key comes: two, so that sweeping outruns growth. */
const sweptPerInsert = 2;
/** The most entries looked at when the map is full, so that a full map stays fast. */
const sweptWhenFull = 256;

export class ExpiringMap<V extends Expiring> {
  readonly #entries = new Map<string, V>();
  readonly #sizeMax: number;
  #sweep: MapIterator<[string, V]> = this.#entries.entries();

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  /** An expired entry is still found until it is swept. */
  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  /** The value, or undefined where there is no room for a new key. */
  put(key: string, value: V, nowMs: number): V | undefined {
    if (!this.#entries.has(key)) {
      this.#sweepSome(sweptPerInsert, nowMs);
      if (this.#entries.size >= this.#sizeMax) this.#sweepSome(sweptWhenFull, nowMs);
      if (this.#entries.size >= this.#sizeMax) return undefined;
    }
    this.#entries.set(key, value);
    return value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** The expired among them. */
  entries(): MapIterator<[string, V]> {
    return this.#entries.entries();
  }

  /** Goes on where the last sweep stopped. */
  #sweepSome(count: number, nowMs: number): void {
    for (let looked = 0; looked < count; looked += 1) {
      const next = this.#sweep.next();
      if (next.done === true) {
        this.#sweep = this.#entries.entries();
        continue;
      }
      const [key, { expiresAtMs }] = next.value;
      if (expiresAtMs <= nowMs) this.#entries.delete(key);
    }
  }
}
