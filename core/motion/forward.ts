// Owns attempts: which target, its chain, its request, and what may be tried next. The only place that retries.

import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Target } from "../contracts/exchange.ts";
import { Attempt } from "../contracts/exchange.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { refuse } from "../contracts/refusal.ts";
import type { Outcome, Visit } from "../contracts/visit.ts";
import type { Client } from "./client.ts";
import type { Reply } from "./source.ts";
import type { Sending, Transport } from "./transport.ts";

/** One pool a target's origin, kept over reloads of the policy. */
export type FindTransport = (target: Target) => Pick<Transport, "send">;

export interface Forwarded {
  readonly kind: "forwarded";
  readonly attempt: Attempt;
  /** Outside-in, as opened. */
  readonly visits: readonly Visit[];
  readonly reply: Reply;
}

/** The attempts of one exchange, in the order of its targets. */
export class Forwarding {
  readonly #exchange: Exchange;
  readonly #client: Client;
  readonly #find: FindTransport;
  readonly #targets: readonly Target[];
  #next = 0;
  #hasStreamed = false;
  /** The whole exchange's wall clock, from its first attempt on. */
  #total: NodeJS.Timeout | undefined = undefined;

  constructor(exchange: Exchange, client: Client, find: FindTransport, targets: readonly Target[]) {
    this.#exchange = exchange;
    this.#client = client;
    this.#find = find;
    this.#targets = targets;
  }

  /** A body that was streamed is gone: it cannot be sent twice. */
  get canTryNext(): boolean {
    return this.#next < this.#targets.length && (this.#exchange.call !== undefined || !this.#hasStreamed);
  }

  /** Back to the first target, for `Again`. */
  rewind(): void {
    this.#next = 0;
  }

  async next(): Promise<Forwarded | Refusal> {
    let failure: Refusal = refuse("upstream_unreachable");
    do {
      const target = this.#targets[this.#next++];
      if (target === undefined) break;
      const tried = await this.#try(target);
      if (tried.kind === "forwarded" || this.#exchange.cutBy !== undefined || !isReplaceable(tried))
        return tried;
      failure = tried;
    } while (this.canTryNext);
    return failure;
  }

  close(): void {
    clearTimeout(this.#total);
  }

  async #try(target: Target): Promise<Forwarded | Refusal> {
    const exchange = this.#exchange;
    const attempt = new Attempt(exchange, target);
    exchange.attempts.push(attempt);
    const visits: Visit[] = [];
    const refusal = await openAttempt(attempt, visits);
    const sent = refusal ?? (await this.#send(attempt));
    if (sent.kind === "reply") return { kind: "forwarded", attempt, visits, reply: sent };
    closeVisits(visits, { ended: "replaced", status: 0, refusal: sent, isCommitted: false });
    return sent;
  }

  async #send(attempt: Attempt): Promise<Reply | Refusal> {
    const exchange = this.#exchange;
    const { target } = attempt;
    this.#total ??= setTimeout(() => exchange.cut(refuse("upstream_timeout")), target.timeouts.totalMs);
    const built = target.headers(exchange);
    if (built.kind === "refusal") return built;
    const { headers } = built;
    const body = this.#body(exchange.call, target);
    if (body instanceof Buffer) headers["content-length"] = String(body.length);
    const { method } = exchange.head;
    const sending = this.#find(target).send({ method, path: target.path(exchange), headers, body });
    const reply = await this.#replied(sending);
    if (reply.kind === "refusal") return reply;
    attempt.headAtMs = performance.now();
    return reply;
  }

  #body(call: Call | undefined, target: Target): Buffer | NodeJS.ReadableStream | undefined {
    if (call === undefined) {
      const stream = this.#client.bodyStream();
      this.#hasStreamed = stream !== undefined;
      return stream;
    }
    const body = target.dialect.writeCall(call, target.model);
    return body.length === 0 ? undefined : body;
  }

  async #replied(sending: Sending): Promise<Reply | Refusal> {
    const exchange = this.#exchange;
    exchange.interrupt = () => sending.abort();
    if (exchange.cutBy !== undefined) sending.abort();
    const reply = await sending.replied;
    exchange.interrupt = undefined;
    return reply;
  }
}

async function openAttempt(attempt: Attempt, visits: Visit[]): Promise<Refusal | undefined> {
  for (const filter of attempt.exchange.route.attemptChain) {
    const opened = await filter.open(attempt);
    if (opened === undefined) continue;
    if (opened.kind === "refusal") return opened;
    visits.push(opened);
  }
  return undefined;
}

/** Only what never reached an upstream, or died there without a word, is worth another target. */
function isReplaceable(refusal: Refusal): boolean {
  return refusal.code === "upstream_unreachable" || refusal.code === "credential_unavailable";
}

/** Inside-out, each once; a visit that throws must not keep the others from closing. */
export function closeVisits(visits: readonly Visit[], outcome: Outcome): readonly unknown[] {
  const bugs: unknown[] = [];
  for (let index = visits.length - 1; index >= 0; index--) {
    try {
      visits[index]?.close?.(outcome);
    } catch (bug) {
      bugs.push(bug);
    }
  }
  return bugs;
}
