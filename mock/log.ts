// Owns the record of every request and every token sent, the oracle of tests; knows no format and no socket.

export type Ended = "done" | "client-gone" | "cut" | "stalled" | "refused";

/** One request. It is in the log from its head on and is updated as the answer goes out. */
export interface LogEntry {
  /** Counts up from 1 over the provider's whole life. */
  readonly sequence: number;
  readonly method: string;
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
  /** Names in lower case; a name that came twice has its values joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  bodyBytes: number;
  /** The parsed JSON body; undefined where there was none, it was no JSON, or the mode is `static`. */
  body: unknown;
  dialect: string | undefined;
  model: string | undefined;
  stream: boolean;
  /** Milliseconds since 1970, as the other times are. */
  readonly startedAt: number;
  endedAt: number | undefined;
  clientGoneAt: number | undefined;
  status: number | undefined;
  /** 0 until the request is accepted for an answer. */
  promptTokens: number;
  /** Tokens of the frames handed to the socket whole, so far. */
  completionTokens: number;
  framesSent: number;
  /** Body bytes, without HTTP's own framing. */
  bytesSent: number;
  /** Position of the script's rule that answered. */
  rule: number | undefined;
  fault: string | undefined;
  /** Undefined while the answer is under way. `stalled` is told when the silence begins. */
  ended: Ended | undefined;
}

export interface LogBounds {
  readonly entriesMax: number;
  /** Sum of the request bodies kept. */
  readonly bodyBytesMax: number;
  /** How long `waitFor` waits. */
  readonly waitMaxMs: number;
}

export interface RawHead {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Name and value in turn, as Node gives them. */
  readonly rawHeaders: readonly string[];
}

interface Waiter {
  readonly predicate: (entry: LogEntry) => boolean;
  readonly resolve: (entry: LogEntry) => void;
  readonly reject: (problem: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class TrafficLog {
  readonly entries: LogEntry[] = [];
  readonly #bounds: LogBounds;
  readonly #waiters = new Set<Waiter>();
  #sequence = 0;
  #sequenceAtReset = 0;
  #bodyBytesKept = 0;

  constructor(bounds: LogBounds) {
    this.#bounds = bounds;
  }

  open({ method, path, query, rawHeaders }: RawHead): LogEntry {
    this.#sequence += 1;
    const entry: LogEntry = {
      sequence: this.#sequence,
      method,
      path,
      query,
      headers: joinHeaders(rawHeaders),
      bodyBytes: 0,
      body: undefined,
      dialect: undefined,
      model: undefined,
      stream: false,
      startedAt: Date.now(),
      endedAt: undefined,
      clientGoneAt: undefined,
      status: undefined,
      promptTokens: 0,
      completionTokens: 0,
      framesSent: 0,
      bytesSent: 0,
      rule: undefined,
      fault: undefined,
      ended: undefined,
    };
    this.entries.push(entry);
    if (this.entries.length > this.#bounds.entriesMax) this.#dropOldest();
    this.changed(entry);
    return entry;
  }

  keepBody(entry: LogEntry, body: unknown): void {
    const oldest = this.entries[0];
    if (oldest === undefined || oldest.sequence > entry.sequence) return;
    if (entry.bodyBytes > this.#bounds.bodyBytesMax) return;
    entry.body = body;
    this.#bodyBytesKept += entry.bodyBytes;
    while (this.#bodyBytesKept > this.#bounds.bodyBytesMax) this.#dropOldest();
  }

  /** To be told of every change: those who wait look again. */
  changed(entry: LogEntry): void {
    if (this.#waiters.size === 0 || entry.sequence <= this.#sequenceAtReset) return;
    for (const waiter of this.#waiters) {
      if (waiter.predicate(entry)) {
        this.#dismiss(waiter);
        waiter.resolve(entry);
      }
    }
  }

  /** The first entry, present or to come, that meets it. Rejects after `waitMaxMs` and on close. */
  waitFor(predicate: (entry: LogEntry) => boolean): Promise<LogEntry> {
    const present = this.entries.find(predicate);
    if (present !== undefined) return Promise.resolve(present);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#dismiss(waiter);
        reject(new Error(`no request met the condition within ${this.#bounds.waitMaxMs} ms`));
      }, this.#bounds.waitMaxMs);
      const waiter: Waiter = { predicate, resolve, reject, timer };
      this.#waiters.add(waiter);
    });
  }

  reset(): void {
    this.entries.length = 0;
    this.#bodyBytesKept = 0;
    this.#sequenceAtReset = this.#sequence;
  }

  close(): void {
    for (const waiter of this.#waiters) {
      this.#dismiss(waiter);
      waiter.reject(new Error("the mock provider was closed"));
    }
  }

  #dismiss(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    this.#waiters.delete(waiter);
  }

  #dropOldest(): void {
    const oldest = this.entries.shift();
    if (oldest?.body !== undefined) this.#bodyBytesKept -= oldest.bodyBytes;
  }
}

function joinHeaders(raw: readonly string[]): Record<string, string> {
  // Without a prototype: a header named `__proto__` is recorded like any other.
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return headers;
}
