// Owns one client's end of the answer: waiting for time, room or its leaving; knows nothing of what is sent.

import type { ServerResponse } from "node:http";

/** Every wait here ends at once when the client leaves, and leaves no timer behind. */
export class ClientLine {
  readonly response: ServerResponse;
  #isGone = false;
  #onGone: () => void = () => {};

  constructor(response: ServerResponse) {
    this.response = response;
    response.once("close", () => {
      this.#isGone = true;
      this.#onGone();
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  pause(pauseMs: number): Promise<void> {
    return this.#wait((wake) => {
      const timer = setTimeout(wake, pauseMs);
      return () => clearTimeout(timer);
    });
  }

  /** Until the next turn of the event loop. */
  turn(): Promise<void> {
    return this.#wait((wake) => {
      const immediate = setImmediate(wake);
      return () => clearImmediate(immediate);
    });
  }

  /** Until the socket takes more bytes. */
  drained(): Promise<void> {
    return this.#wait((wake) => {
      this.response.once("drain", wake);
      return () => this.response.off("drain", wake);
    });
  }

  gone(): Promise<void> {
    return this.#wait(() => () => {});
  }

  #wait(arm: (wake: () => void) => () => void): Promise<void> {
    if (this.#isGone) return Promise.resolve();
    return new Promise((resolve) => {
      const disarm = arm(resolve);
      this.#onGone = () => {
        disarm();
        resolve();
      };
    });
  }
}
