// Owns attempts: which target, its chain, its request, and what may be tried next. The only place that
// retries.

import {
  Attempt,
  type Exchange,
  type Outbound,
  type OutgoingHeaders,
  type Target,
} from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import type { Refusal, RefusalCode } from "../contracts/refusal.ts";
import { refuse } from "../contracts/refusal.ts";
import type { Outcome, Visit } from "../contracts/visit.ts";
import type { Client } from "./client.ts";
import type { Reply } from "./source.ts";
import { translateAnswer } from "./translated.ts";
import type { Outgoing, Sending, Transport } from "./transport.ts";

/** One pool a target's origin, kept over reloads of the policy. */
export type FindTransport = (target: Target) => Pick<Transport, "send">;

export interface Routing {
  readonly find: FindTransport;
  /** `from` has failed, or cannot carry the call, and another target follows. */
  onFallback?(exchange: Exchange, because: Refusal, from: Target | undefined): void;
}

export interface ForwardingOptions {
  readonly exchange: Exchange;
  readonly client: Client;
  readonly motion: Routing;
  /** In the order they are to be tried. */
  readonly targets: readonly Target[];
  readonly onBug: (bug: unknown) => void;
}

export interface Forwarded {
  readonly kind: "forwarded";
  /** Outside-in, as opened; closed by the next attempt or by `close`. */
  readonly visits: readonly Visit[];
  readonly reply: Reply;
}

/** The attempts of one exchange, one at a time. */
export class Forwarding {
  readonly #options: ForwardingOptions;
  #targets: readonly Target[];
  #next = 0;
  #hasStreamed = false;
  /** Of the attempt under way. */
  #visits: Visit[] = [];
  #sending: Sending | undefined = undefined;
  /** The whole exchange's wall clock, from its first attempt on. */
  #total: NodeJS.Timeout | undefined = undefined;

  constructor(options: ForwardingOptions) {
    this.#options = options;
    this.#targets = options.targets;
  }

  /** A body that was streamed is gone: it cannot be sent twice. */
  get canRepeat(): boolean {
    const { call, route } = this.#options.exchange;
    return route.isOnce !== true && (call !== undefined || !this.#hasStreamed);
  }

  get canTryNext(): boolean {
    return this.#next < this.#targets.length && this.canRepeat;
  }

  /** Back to the first target, for `Again`. */
  rewind(): void {
    this.#next = 0;
  }

  /** `refusal`: why the attempt before this one, if there was one, is replaced. */
  async next(refusal: Refusal | undefined): Promise<Forwarded | Refusal> {
    const { exchange } = this.#options;
    let failure = refusal;
    let from = exchange.attempts.at(-1)?.target;
    do {
      this.#closeAttempt(replaced(failure));
      const target = this.#targets[this.#next++];
      if (target === undefined) break;
      const outbound = target.write(exchange);
      if (outbound.kind === "refusal") {
        if (failure === undefined || failure.code === "model_downgraded")
          [failure, from] = [outbound, target];
        continue;
      }
      if (failure !== undefined) this.#options.motion.onFallback?.(exchange, failure, from);
      const attempt = new Attempt(exchange, target);
      attempt.isTranslated = exchange.call !== undefined && outbound.dialect !== exchange.route.dialect;
      exchange.attempts.push(attempt);
      const opening = this.#open(attempt, 0);
      const shut = opening instanceof Promise ? await opening : opening;
      const asking = shut ?? this.#askOn(attempt, outbound);
      const sending = asking instanceof Promise ? await asking : asking;
      const reply = "kind" in sending ? sending : await sending.replied;
      exchange.underWay = undefined;
      attempt.hasReachedUpstream = this.#sending?.hasStarted === true;
      if (reply.kind === "reply") return this.#forwarded(attempt, outbound, reply);
      if (!replaceable.has(reply.code)) return reply;
      [failure, from] = [reply, target];
      if (reply.code === "model_downgraded") {
        const targets = exchange.route.targets(exchange);
        if ("kind" in targets) return targets;
        this.#targets = targets;
        this.#next = 0;
      }
    } while (this.canTryNext && exchange.cutBy === undefined);
    return failure ?? refuse("upstream_unreachable");
  }

  /**
   * Whatever is still under way is not wanted; the last attempt's visits close with the exchange's outcome.
   * What is still being counted of any attempt has to be known before the exchange is written down: to be
   * waited for.
   */
  close(outcome: Outcome): Promise<unknown> | undefined {
    clearTimeout(this.#total);
    this.#closeAttempt(outcome);
    const { attempts } = this.#options.exchange;
    if (attempts.every(({ counting }) => counting === undefined)) return undefined;
    return Promise.all(attempts.map(({ counting }) => counting));
  }

  #closeAttempt(outcome: Outcome): void {
    this.#sending?.abort();
    this.#sending = undefined;
    const visits = this.#visits;
    this.#visits = [];
    closeVisits(visits, outcome, this.#options.onBug);
  }

  /** Visits see the client's dialect only. */
  #forwarded(attempt: Attempt, { dialect: from }: Outbound, reply: Reply): Forwarded {
    attempt.headAtMs = performance.now();
    const { call, route, head: asked } = attempt.exchange;
    if (!attempt.isTranslated || call === undefined) {
      return { kind: "forwarded", visits: this.#visits, reply };
    }
    const { model = "", isStream } = call;
    const { query } = asked;
    const { model: upstreamModel } = attempt.target;
    const about = { from, to: route.dialect, model, upstreamModel, isStream, query };
    const translated = translateAnswer(reply.head, about);
    return { kind: "forwarded", visits: this.#visits, reply: { ...reply, ...translated } };
  }

  #open(attempt: Attempt, from: number): Async<Refusal | undefined> {
    const { attemptChain } = attempt.exchange.route;
    for (let at = from; at < attemptChain.length; at++) {
      const opening = attemptChain[at]?.open(attempt);
      if (opening instanceof Promise) {
        return opening.then((opened) => this.#admit(opened) ?? this.#open(attempt, at + 1));
      }
      const refusal = this.#admit(opening);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  #admit(opened: Visit | Refusal | undefined): Refusal | undefined {
    if (opened?.kind !== "visit") return opened;
    this.#visits.push(opened);
    return undefined;
  }

  /** As it was written, unless a budget has set terms since. */
  #askOn(attempt: Attempt, written: Outbound): Async<Sending | Refusal> {
    const { exchange, target, terms } = attempt;
    const outbound = terms === undefined ? written : target.write(exchange, terms);
    return outbound.kind === "refusal" ? outbound : this.#ask(attempt, outbound);
  }

  #ask(attempt: Attempt, outbound: Outbound): Async<Sending | Refusal> {
    const building = attempt.target.headers(attempt.exchange, outbound);
    return building instanceof Promise
      ? building.then((built) => this.#send(attempt, outbound, built))
      : this.#send(attempt, outbound, building);
  }

  #send(
    attempt: Attempt,
    { path, body: written }: Outbound,
    built: OutgoingHeaders | Refusal,
  ): Sending | Refusal {
    if (built.kind === "refusal") return built;
    const { exchange, motion } = this.#options;
    const { target } = attempt;
    const { headers } = built;
    const body = written ?? this.#streamed(exchange);
    if (body !== undefined && "kind" in body) return body;
    if (body instanceof Buffer && body.length > 0) headers["content-length"] = String(body.length);
    // Cut while the attempt was opening: nothing is sent, and the walk says why.
    if (exchange.cutBy !== undefined) return refuse("upstream_unreachable");
    this.#total ??= setTimeout(() => exchange.cut(refuse("upstream_timeout")), target.timeouts.totalMs);
    attempt.sentAtMs = performance.now();
    const { method } = exchange.head;
    const sending = motion.find(target).send({ method, path, headers, body });
    this.#sending = sending;
    exchange.underWay = sending;
    return sending;
  }

  /** Where no call was read, the client's body passes as it comes. */
  #streamed(exchange: Exchange): Outgoing["body"] | Refusal {
    const bytesMax = exchange.route.bodyBytesMax;
    const stream = this.#options.client.bodyStream({ bytesMax, onTooLarge: (by) => exchange.cut(by) });
    this.#hasStreamed = stream !== undefined;
    return stream;
  }
}

/** Only what never reached an upstream, or died there without a word, is worth another target. */
const replaceable: ReadonlySet<RefusalCode> = new Set([
  "model_downgraded",
  "upstream_unreachable",
  "credential_unavailable",
  "overloaded",
]);

/** How an attempt ends that another follows. */
export function replaced(refusal: Refusal | undefined): Outcome {
  return { ended: "replaced", status: 0, refusal, isCommitted: false };
}

/** Inside-out, each once; a visit that throws must not keep the others from closing. */
export function closeVisits(visits: readonly Visit[], outcome: Outcome, onBug: (bug: unknown) => void): void {
  for (let index = visits.length - 1; index >= 0; index--) {
    try {
      visits[index]?.close?.(outcome);
    } catch (bug) {
      onBug(bug);
    }
  }
}
