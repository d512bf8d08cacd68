// Owns the way of log lines to a file descriptor: batched, asynchronous, bounded. Knows no event.

import { destination } from "pino";

/** What the descriptor has not taken beyond these bytes is dropped, and counted. */
const waitingBytesMax = 8 * 1024 * 1024;
/** A batch goes when it is this long, or this old: 128 lines are about 64 KiB. */
const batchLinesMax = 128;
const batchMs = 100;

/** What an entry becomes: one line, its newline included. */
export type Print<Entry> = (entry: Entry) => string;

export interface OutboxOptions<Entry> {
  readonly fd: number;
  /** Called when the batch goes: one line after another takes half the time of one line now and then. */
  readonly print: Print<Entry>;
  /** The line that says how many lines were dropped, once there is room again. */
  printLoss(count: number): string;
}

/**
 * Sonic-boom measures its whole buffer at each line, which costs more than the line: it gets batches. One
 * that is being written while the process exits without `flush` may be lost or torn: programs flush before.
 */
export class LogOutbox<Entry extends object> {
  readonly #destination: ReturnType<typeof destination>;
  readonly #options: OutboxOptions<Entry>;
  readonly #atExit = () => {
    this.#hand();
    this.#destination.flushSync();
  };
  #entries: (string | Entry)[] = [];
  #timer: NodeJS.Timeout | undefined = undefined;
  #lostCount = 0;
  /** Said by the destination within `write`. */
  #isDropped = false;

  constructor(options: OutboxOptions<Entry>) {
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

  /** A line that is printed already, or an entry to be printed. */
  write(entry: string | Entry): void {
    this.#entries.push(entry);
    if (this.#entries.length >= batchLinesMax) this.#hand();
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
    if (this.#entries.length === 0) return;
    const [entries, lost] = [this.#entries, this.#lostCount];
    const { print, printLoss } = this.#options;
    this.#entries = [];
    this.#isDropped = false;
    let text = lost === 0 ? "" : printLoss(lost);
    for (const entry of entries) text += typeof entry === "string" ? entry : print(entry);
    this.#destination.write(text);
    this.#lostCount = this.#isDropped ? lost + entries.length : 0;
  }
}
