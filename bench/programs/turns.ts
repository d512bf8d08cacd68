// Owns how long the event loop's turns take, from inside the process whose loop it is. Knows not what runs
// there.

/** Of one measurement. */
export interface Turns {
  /** CPU time of the main thread in one turn, milliseconds: of those that took one or more, longest first. */
  readonly cpuMs: readonly number[];
  /** The longest by the clock: other processes' time is in it. */
  readonly clockMsMax: number;
}

const tellsFromMs = 1;

/** Turns the loop without a pause, so that each turn is seen: what waits behind it waits for no longer. */
export class TurnWatch {
  #isOn = false;
  #cpuMs: number[] = [];
  #clockMsMax = 0;

  begin(): void {
    this.#isOn = true;
    this.#cpuMs = [];
    this.#clockMsMax = 0;
    this.#turn(process.threadCpuUsage(), performance.now());
  }

  end(): Turns {
    this.#isOn = false;
    return { cpuMs: this.#cpuMs.toSorted((a, b) => b - a), clockMsMax: this.#clockMsMax };
  }

  #turn(before: NodeJS.CpuUsage, beganAtMs: number): void {
    setImmediate(() => {
      if (!this.#isOn) return;
      const now = process.threadCpuUsage();
      const nowMs = performance.now();
      const cpuMs = (now.user - before.user + now.system - before.system) / 1_000;
      if (cpuMs >= tellsFromMs) this.#cpuMs.push(cpuMs);
      this.#clockMsMax = Math.max(this.#clockMsMax, nowMs - beganAtMs);
      this.#turn(now, nowMs);
    });
  }
}
