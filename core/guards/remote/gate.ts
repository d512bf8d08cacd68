// Owns how many requests to a remote guard are under way at once, and how many wait for their turn. Knows no
// request.

import type { Unable } from "../../contracts/guard.ts";
import { overloaded, timedOut } from "./findings.ts";

/** Of those who wait, as a multiple of those who are served. */
const waitingFactor = 4;

interface Waiting {
  readonly enter: () => void;
}

export class Gate {
  readonly #max: number;
  #inside = 0;
  /** In the order they came. */
  readonly #waiting = new Set<Waiting>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Undefined: come in, and `leave` when done. `deadlineMs` is monotonic. */
  enter(deadlineMs: number): Promise<Unable | undefined> | Unable | undefined {
    if (this.#inside < this.#max) {
      this.#inside += 1;
      return undefined;
    }
    return this.#waiting.size < this.#max * waitingFactor ? this.#wait(deadlineMs) : overloaded;
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#inside -= 1;
    else next.enter();
  }

  #wait(deadlineMs: number): Promise<Unable | undefined> {
    return new Promise((resolve) => {
      const giveUp = (): void => {
        this.#waiting.delete(waiting);
        resolve(timedOut);
      };
      const timer = setTimeout(giveUp, Math.max(0, deadlineMs - performance.now()));
      const enter = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve(undefined);
      };
      const waiting: Waiting = { enter };
      this.#waiting.add(waiting);
    });
  }
}
