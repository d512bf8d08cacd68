// Owns exchanges for tests of filters that only read them. No socket, no chain.

import type { Call, Dialect, HeaderMap } from "../../../core/contracts/dialect.ts";
import { Attempt, Exchange } from "../../../core/contracts/exchange.ts";
import { noUsage, type Usage } from "../../../core/contracts/frame.ts";
import type { TaskContext } from "../../../core/contracts/identity.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import type { Outcome, Visit } from "../../../core/contracts/visit.ts";

export interface SampleOptions {
  readonly id?: string;
  readonly method?: string;
  readonly headers?: HeaderMap;
  readonly agent?: string;
  readonly route?: string;
  readonly startedAtMs?: number;
}

const noDialect: Dialect = {
  name: "none",
  readCall: () => refuse("internal"),
  writeCall: ({ body }, { path, query }) => ({ path: path + query, body }),
  reader: () => ({ push: () => [], end: () => [] }),
  writer: () => ({ edit: (frame) => frame, end: () => [], refuse: () => undefined }),
  refuse: () => ({ head: { status: 500, headers: {} }, body: Buffer.alloc(0) }),
};

export function sampleExchange(options: SampleOptions = {}): Exchange {
  const { id = "request-1", method = "POST", headers = {}, agent = "search", route = "search" } = options;
  return new Exchange({
    id,
    head: { method, path: "/run", query: "", headers },
    route: {
      name: route,
      agent,
      dialect: noDialect,
      api: undefined,
      exchangeChain: [],
      attemptChain: [],
      bodyBytesMax: 1024,
      targets: () => [],
    },
    address: "192.0.2.1",
    startedAtMs: options.startedAtMs ?? 0,
  });
}

export const sampleContext: TaskContext = {
  task: "task-1",
  session: "session-canary",
  user: "user-canary",
  caller: "web-app",
  team: "growth",
  depth: 0,
  stepsMax: undefined,
  tokensMax: undefined,
};

export function chatCall(body: string): Call {
  return {
    kind: "call",
    operation: "chat",
    model: "gpt-4o",
    isStream: false,
    body: Buffer.from(body),
    value: undefined,
    texts: [],
    media: [],
    hostedTools: [],
    references: [],
    outputTokensMax: undefined,
    edits: new Map(),
  };
}

export interface AttemptSample {
  readonly usage?: Partial<Usage>;
  readonly costNanoUsd?: number;
  readonly finishReason?: string;
  readonly headAtMs?: number;
}

export function addAttempt(exchange: Exchange, sample: AttemptSample = {}): void {
  const attempt = new Attempt(exchange, {
    name: "openai",
    origin: "https://api.openai.com",
    model: "gpt-4o-2024-08-06",
    timeouts: { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 },
    connectionsMax: 1,
    write: () => ({ kind: "outbound", dialect: noDialect, path: "/", body: undefined }),
    headers: () => ({ kind: "headers", headers: {} }),
  });
  attempt.usage = { ...noUsage, ...sample.usage };
  attempt.costNanoUsd = sample.costNanoUsd;
  attempt.finishReason = sample.finishReason;
  attempt.headAtMs = sample.headAtMs ?? 0;
  exchange.attempts.push(attempt);
}

export const done: Outcome = { ended: "done", status: 200, refusal: undefined, isCommitted: true };

/** The visit of a filter that opens at once and does not halt. */
export function asVisit(opened: unknown): Visit {
  if (typeof opened === "object" && opened !== null && "kind" in opened && opened.kind === "visit") {
    return opened as Visit;
  }
  throw new Error("not a visit");
}
