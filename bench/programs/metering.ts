// Owns what a metered stream needs besides its bytes: its dialect, an exchange, the meter. Opens no socket.

import type { AnswerHead, Call, FrameReader } from "../../core/contracts/dialect.ts";
import { Attempt, Exchange, type Route, type Target } from "../../core/contracts/exchange.ts";
import { type Frame, noUsage } from "../../core/contracts/frame.ts";
import type { Refusal } from "../../core/contracts/refusal.ts";
import type { Visit } from "../../core/contracts/visit.ts";
import { meterFilter } from "../../core/filters/meter.ts";
import { apiOf, findCovered, plainDialect } from "../../core/policy/dialects.ts";
import { findStream } from "../streams.ts";

const bounds = { frameBytesMax: 1024 * 1024, bodyBytesMax: 32 * 1024 * 1024 };
const timeouts = { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 };

const target: Target = {
  name: "upstream",
  origin: "http://127.0.0.1",
  model: undefined,
  timeouts,
  connectionsMax: 1,
  write: () => {
    throw new Error("nothing is sent from here");
  },
  headers: () => ({ kind: "headers", headers: {} }),
};

/** The meter edits nothing. */
const writer = plainDialect.writer({ status: 200, headers: {} });
const meter = meterFilter({
  findPrice: () => undefined,
  counter: { count: () => Promise.resolve(undefined) },
  records: { charge: () => Promise.resolve(noUsage) },
});

/** One kind of stream, of which many are metered. */
export class Metering {
  readonly #route: Route;
  readonly #call: Call;

  constructor(name: string) {
    const { api: apiName, path, query = "", body } = findStream(name);
    const api = apiOf(apiName);
    const dialect = findCovered(api, "POST", path)?.dialect;
    if (dialect === undefined) throw new Error(`${name} is not covered`);
    const head = { method: "POST", path, query, headers: {} };
    const call = dialect.readCall(Buffer.from(JSON.stringify(body)), head);
    if (call.kind === "refusal") throw new Error(call.message);
    this.#call = call;
    const chains = { exchangeChain: [], attemptChain: [] };
    const { bodyBytesMax } = bounds;
    this.#route = { name, agent: "bench", dialect, api, ...chains, bodyBytesMax, targets: () => [target] };
  }

  begin(head: AnswerHead): MeteredStream {
    const route = this.#route;
    const asked = { method: "POST", path: "/", query: "", headers: {} };
    const start = { id: "bench", head: asked, route, address: "127.0.0.1", startedAtMs: 0 };
    const exchange = new Exchange(start);
    exchange.call = this.#call;
    const attempt = new Attempt(exchange, target);
    const visit = meter.open(attempt);
    if (visit === undefined || visit instanceof Promise || visit.kind !== "visit") {
      throw new Error("the meter did not open");
    }
    visit.head?.(head);
    return new MeteredStream(attempt, visit, route.dialect.reader(head, bounds));
  }
}

/** What reads and meters one stream; throws where it is refused, or says no usage in the end. */
export class MeteredStream {
  readonly #attempt: Attempt;
  readonly #visit: Visit;
  readonly #reader: FrameReader;

  constructor(attempt: Attempt, visit: Visit, reader: FrameReader) {
    this.#attempt = attempt;
    this.#visit = visit;
    this.#reader = reader;
  }

  push(chunk: Buffer): void {
    this.#hear(this.#reader.push(chunk));
  }

  end(): void {
    this.#hear(this.#reader.end());
    this.#visit.close?.({ ended: "done", status: 200, refusal: undefined, isCommitted: true });
    const { isExact, outputTokens } = this.#attempt.usage;
    if (!isExact || outputTokens === 0) throw new Error("no usage was read");
  }

  #hear(frames: readonly Frame[] | Refusal): void {
    if ("kind" in frames) throw new Error(`refused: ${frames.code}`);
    for (const frame of frames) this.#visit.frame?.(frame, writer);
  }
}
