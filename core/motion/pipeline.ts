// Owns the walk: open all → read call → forward → head → pump → flush → close all. Alone calls filters.

import type { ReadBounds, Writer } from "../contracts/dialect.ts";
import type { CutBy, Exchange } from "../contracts/exchange.ts";
import type { Async, Ending, Frame, Stop } from "../contracts/frame.ts";
import { type Refusal, refusalHeaders, refuse } from "../contracts/refusal.ts";
import type { Halt, Outcome, Visit } from "../contracts/visit.ts";
import type { Carry } from "./carried.ts";
import type { Client } from "./client.ts";
import { closeVisits, Forwarding, type Routing } from "./forward.ts";
import { dropIntegrity, hasContent } from "./headers.ts";
import { type Heard, showCall } from "./heard.ts";
import { isReading, showHead } from "./passage.ts";
import { Pump, type Rest } from "./pump.ts";
import { makeReply, type Reply } from "./source.ts";

export interface Motion extends Routing {
  readonly bounds: ReadBounds;
  /** A bug is logged by its name and stack; its message may hold what it choked on, so it is not. */
  onBug(bug: unknown, exchange: Exchange): void;
}

/** Walks one exchange from open to close. Never rejects. */
export function walk(exchange: Exchange, client: Client, motion: Motion): Promise<Outcome> {
  return new Walk(exchange, client, motion).run(undefined);
}

/**
 * The same for an upgrade: once every filter let it in, `carry` moves the bytes until the connection ends.
 * Where a visit reads calls but no messages, nobody would see what passes: refused.
 */
export function walkUpgrade(
  exchange: Exchange,
  client: Client,
  { motion, carry }: { motion: Motion; carry: Carry },
): Promise<Outcome> {
  return new Walk(exchange, client, motion).run(carry);
}

class Walk {
  readonly #exchange: Exchange;
  readonly #client: Client;
  readonly #motion: Motion;
  /** Outside-in, as opened. */
  readonly #visits: Visit[] = [];
  /** Visits an answer passes, inside-out: all that opened, less those a halt in `call` kept from it. */
  #outer: readonly Visit[] = [];
  #forwarding: Forwarding | undefined = undefined;
  /** The answer on its way; undefined while its head still passes the hooks. */
  #pump: Pump | undefined = undefined;
  #hasAskedAgain = false;
  /** A cut is heeded once: what it makes us say is not cut by it again. */
  #hasHeededCut = false;

  constructor(exchange: Exchange, client: Client, motion: Motion) {
    this.#exchange = exchange;
    this.#client = client;
    this.#motion = motion;
  }

  /** What answers at once is not waited for, here and below: a wait has its price. */
  async run(carry: Carry | undefined): Promise<Outcome> {
    let outcome: Outcome;
    try {
      const opening = this.#open(0);
      const shut = opening instanceof Promise ? await opening : opening;
      this.#outer = this.#visits.toReversed();
      const hearing = shut ?? (carry === undefined ? this.#hear() : this.#hearMessages());
      const halt = hearing instanceof Promise ? await hearing : hearing;
      if (halt !== undefined) outcome = await this.#halted(halt);
      else if (this.#isCut) outcome = await this.#cut(this.#outer);
      else outcome = await (carry === undefined ? this.#forward() : this.#carried(carry));
    } catch (bug) {
      outcome = await this.#buggy(bug);
    }
    this.#exchange.underWay = undefined;
    const counting = this.#forwarding?.close(outcome);
    if (counting !== undefined) await counting;
    closeVisits(this.#visits, outcome, this.#onBug);
    return outcome;
  }

  get #isCut(): boolean {
    return this.#exchange.cutBy !== undefined && !this.#hasHeededCut;
  }

  #open(from: number): Async<Halt | undefined> {
    const { exchangeChain } = this.#exchange.route;
    for (let at = from; at < exchangeChain.length && !this.#isCut; at++) {
      const opening = exchangeChain[at]?.open(this.#exchange);
      if (opening instanceof Promise) {
        return opening.then((opened) => this.#admit(opened) ?? this.#open(at + 1));
      }
      const halt = this.#admit(opening);
      if (halt !== undefined) return halt;
    }
    return undefined;
  }

  #admit(opened: Visit | Halt | undefined): Halt | undefined {
    if (opened?.kind !== "visit") return opened;
    this.#visits.push(opened);
    return undefined;
  }

  /** Reads the call once, where a visit wants it, and shows it to all that do. */
  #hear(): Async<Halt | undefined> {
    const isHeard = !this.#isCut && this.#visits.some((visit) => visit.call !== undefined);
    return isHeard ? this.#hearCall() : undefined;
  }

  #hearCall(): Promise<Halt | undefined> {
    return this.#readBody().then((body) => {
      if (body === undefined || !Buffer.isBuffer(body)) return body;
      const exchange = this.#exchange;
      const call = exchange.route.dialect.readCall(body, exchange.head);
      if (call.kind === "refusal") return call;
      exchange.call = call;
      const showing = showCall(call, { visits: this.#visits, isCut: () => this.#isCut });
      return showing instanceof Promise ? showing.then((heard) => this.#heard(heard)) : this.#heard(showing);
    });
  }

  #heard(heard: Heard | undefined): Halt | undefined {
    if (heard !== undefined) this.#outer = this.#visits.slice(0, heard.at).reverse();
    return heard?.halt;
  }

  /** A slow client is not waited for once the exchange is cut: undefined. */
  #readBody(): Promise<Buffer | Refusal | undefined> {
    const exchange = this.#exchange;
    return new Promise((resolve) => {
      exchange.underWay = { abort: () => resolve(undefined) };
      this.#client.readBody(exchange.route.bodyBytesMax, resolve);
    });
  }

  #hearMessages(): Halt | undefined {
    const isBlind = this.#visits.some((visit) => visit.call !== undefined && visit.message === undefined);
    return isBlind ? refuse("upgrade_refused") : undefined;
  }

  async #carried(carry: Carry): Promise<Outcome> {
    const targets = this.#exchange.route.targets(this.#exchange);
    if ("kind" in targets) return this.#halted(targets);
    const carried = await carry();
    if ("kind" in carried) return this.#isCut ? this.#cut(this.#outer) : this.#halted(carried);
    const by = this.#exchange.cutBy;
    const refusal = by?.kind === "refusal" ? by : carried.refusal;
    const ended = by?.kind === "gone" ? "client-gone" : refusal === undefined ? "done" : "refused";
    return { ended, status: carried.status, refusal, isCommitted: true };
  }

  async #forward(): Promise<Outcome> {
    const exchange = this.#exchange;
    const targets = exchange.route.targets(exchange);
    if ("kind" in targets) return this.#halted(targets);
    const [motion, client] = [this.#motion, this.#client];
    const forwarding = new Forwarding({ exchange, client, motion, targets, onBug: this.#onBug });
    this.#forwarding = forwarding;
    let failure: Refusal | undefined;
    for (;;) {
      const forwarded = await forwarding.next(failure);
      if (forwarded.kind === "refusal") return this.#isCut ? this.#cut(this.#outer) : this.#halted(forwarded);
      const { visits, reply } = forwarded;
      const hooks = [...visits.toReversed(), ...this.#outer];
      const rest = await this.#deliver(reply, hooks);
      if (rest.kind !== "done") reply.source.abort();
      if (!this.#isReplaced(rest, forwarding)) return this.#rested(rest, hooks);
      failure = rest.kind === "lost" ? rest.refusal : undefined;
    }
  }

  /** Before the commit another attempt may take its place: its upstream died, or a visit asks again. */
  #isReplaced(rest: Rest, forwarding: Forwarding): boolean {
    if (this.#pump?.isCommitted === true) return false;
    if (rest.kind === "lost") return forwarding.canTryNext;
    const asksAgain = rest.kind === "stopped" && rest.stop.kind === "again";
    if (!asksAgain || this.#hasAskedAgain || !forwarding.canRepeat) return false;
    this.#hasAskedAgain = true;
    forwarding.rewind();
    return true;
  }

  /** Head through the hooks, then the frames. */
  #deliver(reply: Reply, hooks: readonly Visit[]): Async<Rest> {
    this.#pump = undefined;
    const stopped = showHead(reply.head, hooks, 0);
    if (stopped instanceof Promise) return stopped.then((later) => later ?? this.#pour(reply, hooks));
    return stopped ?? this.#pour(reply, hooks);
  }

  #pour({ head, source, reader: translated }: Reply, hooks: readonly Visit[]): Async<Rest> {
    if (this.#isCut) return { kind: "cut", at: -1 };
    const exchange = this.#exchange;
    const { call, route } = exchange;
    if (hooks.some((visit) => visit.mayEdit === true)) dropIntegrity(head);
    const isRead = hasContent(exchange.head.method, head) && hooks.some(isReading);
    const { bounds } = this.#motion;
    const { dialect } = route;
    const reader = translated?.(bounds) ?? (isRead ? dialect.reader(head, bounds) : undefined);
    const pump = new Pump({ head, source, dialect, reader, hooks, client: this.#client, call });
    exchange.underWay = this.#pump = pump;
    return pump.run();
  }

  #rested(rest: Rest, hooks: readonly Visit[]): Async<Outcome> {
    switch (rest.kind) {
      case "done":
        this.#pump?.finish();
        return this.#outcome("done", this.#exchange.attempts.at(-1)?.failure);
      case "lost":
        return this.#refused(rest.refusal, this.#outer);
      case "cut":
        return this.#cut(hooks.slice(Math.max(rest.at + 1, hooks.length - this.#outer.length)));
      case "bug":
        return this.#buggy(rest.error);
      case "stopped":
        return this.#stopped(rest.stop, hooks.slice(rest.at + 1));
    }
  }

  #stopped(stop: Stop, beyond: readonly Visit[]): Async<Outcome> {
    if (stop.kind === "refusal") return this.#refused(stop, beyond);
    if (stop.kind === "ending") return this.#ended(stop, beyond);
    return this.#refused(stop.otherwise, beyond);
  }

  #halted(halt: Halt): Promise<Outcome> {
    if (halt.kind === "refusal") return this.#refused(halt, this.#outer);
    return this.#made(makeReply(halt.head, halt.body), this.#outer);
  }

  /** A reply made here passes the hooks like an upstream's. */
  async #made(reply: Reply, hooks: readonly Visit[]): Promise<Outcome> {
    const rest = await this.#deliver(reply, hooks);
    if (rest.kind !== "lost") return this.#rested(rest, hooks);
    return this.#buggy(new Error(`made an answer that reads as ${rest.refusal.code}`));
  }

  async #refused(refusal: Refusal, beyond: readonly Visit[]): Promise<Outcome> {
    const pump = this.#pump;
    if (pump?.isCommitted === true) {
      const error = (writer: Writer): readonly Frame[] =>
        [writer.refuse(refusal)].filter((said) => said !== undefined);
      const said = pump.isOpenEnded ? await pump.sayLast(error, beyond) : "unsayable";
      if (said === "unsayable") this.#client.reset();
      return this.#outcome("refused", refusal);
    }
    const { head, body } = this.#exchange.route.dialect.refuse(refusal, this.#exchange.call);
    Object.assign(head.headers, refusalHeaders(refusal));
    const outcome = await this.#made(makeReply(head, body), beyond);
    if (outcome.ended !== "done") return outcome;
    return { ended: "refused", status: head.status, refusal, isCommitted: true };
  }

  async #ended(ending: Ending, beyond: readonly Visit[]): Promise<Outcome> {
    const pump = this.#pump;
    const end = (writer: Writer): readonly Frame[] => writer.end(ending.reason, ending.usage);
    const said = pump?.isOpenEnded === true ? await pump.sayLast(end, beyond) : "unsayable";
    return said === "said" ? this.#outcome("ended", undefined) : this.#refused(ending.otherwise, beyond);
  }

  /** `beyond`: hooks that may still be asked; one that thinks, and those before it, may not. */
  #cut(beyond: readonly Visit[]): Async<Outcome> {
    this.#hasHeededCut = true;
    const by: CutBy = this.#exchange.cutBy ?? { kind: "gone" };
    if (by.kind === "refusal") return this.#refused(by, beyond);
    if (by.kind === "ending") return this.#ended(by, beyond);
    const isAnswered = by.kind === "answer" && this.#pump?.isCommitted !== true;
    if (isAnswered) return this.#made(makeReply(by.head, by.body), beyond);
    this.#client.reset();
    return this.#outcome(by.kind === "gone" ? "client-gone" : "ended", undefined);
  }

  /** Never past the hooks: one may be the bug. Where even the dialect fails, nothing is left to say. */
  async #buggy(bug: unknown): Promise<Outcome> {
    this.#onBug(bug);
    this.#hasHeededCut = true;
    const refusal = refuse("internal");
    try {
      await this.#refused(refusal, []);
    } catch (worse) {
      this.#onBug(worse);
      this.#client.reset();
    }
    return this.#outcome("bug", refusal);
  }

  #outcome(ended: Outcome["ended"], refusal: Refusal | undefined): Outcome {
    const pump = this.#pump;
    return { ended, status: pump?.committedStatus ?? 0, refusal, isCommitted: pump?.isCommitted ?? false };
  }

  readonly #onBug = (bug: unknown): void => this.#motion.onBug(bug, this.#exchange);
}
