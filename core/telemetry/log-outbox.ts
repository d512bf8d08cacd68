// Owns the way of log lines to a file descriptor: batched, asynchronous, bounded. Knows no event.

import { destination } from "pino";

/** What the descriptor has not taken beyond these bytes is dropped, and counted. */
const waitingBytesMax = 8 * 1024 * 1024;
/** A batch goes when it is this long, or this old. */
const batchLengthMax = 64 * 1024;
const batchMs = 100;

export interface OutboxOptions {
  readonly fd: number;
  /** The line that says how many lines were dropped, once there is room again. */
  printLoss(count: number): string;
}

/** Sonic-boom measures its whole buffer at each line, which costs more than the line: it gets batches. */
export class LogOutbox {
  readonly #destination: ReturnType<typeof destination>;
  readonly #options: OutboxOptions;
  readonly #atExit = () => {
    this.#hand();
    this.#destination.flushSync();
  };
  #lines: string[] = [];
  #length = 0;
  #timer: NodeJS.Timeout | undefined = undefined;
  #lostCount = 0;
  /** Said by the destination within `write`. */
  #isDropped = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    // One character is enough to write: the waiting is done here.
    this.#destination = destination({
      fd: options.fd,
      sync: false,
      minLength: 1,
      maxLength: waitingBytesMax,
    });
    this.#destination.on("drop", () => {
      this.#isDropped = true;
    });
    // A full disk behind stdout may cost lines, not the program.
    this.#destination.on("error", () => {});
    process.once("exit", this.#atExit);
  }

  write(line: string): void {
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= batchLengthMax) this.#hand();
    else this.#timer ??= setTimeout(() => this.#hand(), batchMs).unref();
  }

  /** Resolves when everything is written. The outbox still takes lines after it. */
  flush(): Promise<void> {
    this.#hand();
    return new Promise((resolve) => this.#destination.flush(() => resolve()));
  }

  #hand(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    const [lines, lost] = [this.#lines, this.#lostCount];
    this.#lines = [];
    this.#length = 0;
    this.#isDropped = false;
    this.#destination.write((lost === 0 ? "" : this.#options.printLoss(lost)) + lines.join(""));
    this.#lostCount = this.#isDropped ? lost + lines.length : 0;
  }
}
