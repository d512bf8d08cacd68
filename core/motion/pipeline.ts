// Owns the walk: open all → read call → forward → head → pump → flush → close all. The only caller of filters.

import type { AnswerHead, ReadBounds } from "../contracts/dialect.ts";
import type { CutBy, Exchange } from "../contracts/exchange.ts";
import type { Async, Ending, Stop } from "../contracts/frame.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { refusalHeaders, refuse } from "../contracts/refusal.ts";
import type { Halt, Outcome, Visit } from "../contracts/visit.ts";
import type { Client } from "./client.ts";
import { closeVisits, type FindTransport, type Forwarded, Forwarding } from "./forward.ts";
import { Pump, type Rest } from "./pump.ts";
import { bufferSource, type Reply } from "./source.ts";

export interface Motion {
  readonly find: FindTransport;
  readonly bounds: ReadBounds;
  /** A bug is logged by its name and stack; its message may hold what it choked on, so it is not. */
  onBug(bug: unknown, exchange: Exchange): void;
}

/** Walks one exchange from open to close. Never rejects. */
export function walk(exchange: Exchange, client: Client, motion: Motion): Promise<Outcome> {
  return new Walk(exchange, client, motion).run(undefined);
}

/**
 * The same for an upgrade: once every filter has let it in, `carry` moves the bytes until the connection ends, and
 * then all visits close. Where a visit reads calls but no messages, nobody would see what passes: refused.
 */
export function walkUpgrade(
  exchange: Exchange,
  client: Client,
  { motion, carry }: { motion: Motion; carry: () => Promise<void> },
): Promise<Outcome> {
  return new Walk(exchange, client, motion).run(carry);
}

/** What is known of an answer's way when it has come to rest. */
interface Delivery {
  readonly rest: Rest;
  readonly pump: Pump | undefined;
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
  #hasAskedAgain = false;

  constructor(exchange: Exchange, client: Client, motion: Motion) {
    this.#exchange = exchange;
    this.#client = client;
    this.#motion = motion;
  }

  async run(carry: (() => Promise<void>) | undefined): Promise<Outcome> {
    const outcome = await this.#guarded(carry);
    this.#forwarding?.close();
    this.#exchange.interrupt = undefined;
    this.#close(this.#visits, outcome);
    return outcome;
  }

  async #guarded(carry: (() => Promise<void>) | undefined): Promise<Outcome> {
    try {
      const halt = (await this.#open()) ?? (carry === undefined ? await this.#hear() : this.#hearMessages());
      if (halt !== undefined) return await this.#halted(halt);
      return await (carry === undefined ? this.#forward() : this.#carried(carry));
    } catch (bug) {
      return this.#buggy(bug, undefined);
    }
  }

  async #open(): Promise<Halt | undefined> {
    for (const filter of this.#exchange.route.exchangeChain) {
      const opening = filter.open(this.#exchange);
      const opened = opening instanceof Promise ? await opening : opening;
      if (opened === undefined) continue;
      if (opened.kind !== "visit") return opened;
      this.#visits.push(opened);
      this.#outer = this.#visits.toReversed();
    }
    return undefined;
  }

  /** Reads the call once, where a visit wants it, and shows it to all that do. */
  async #hear(): Promise<Halt | undefined> {
    const exchange = this.#exchange;
    if (!this.#visits.some((visit) => visit.call !== undefined)) return undefined;
    const { dialect, bodyBytesMax } = exchange.route;
    const body = await this.#client.readBody(bodyBytesMax);
    if (!Buffer.isBuffer(body)) return body;
    const call = dialect.readCall(body, exchange.head);
    if (call.kind === "refusal") return call;
    exchange.call = call;
    for (const [index, visit] of this.#visits.entries()) {
      const halt = await visit.call?.(call);
      if (halt === undefined) continue;
      this.#outer = this.#visits.slice(0, index).reverse();
      return halt;
    }
    return undefined;
  }

  #hearMessages(): Halt | undefined {
    const isBlind = this.#visits.some((visit) => visit.call !== undefined && visit.message === undefined);
    return isBlind ? refuse("upgrade_refused") : undefined;
  }

  async #carried(carry: () => Promise<void>): Promise<Outcome> {
    await carry();
    return { ended: "done", status: switchingProtocols, refusal: undefined, isCommitted: true };
  }

  async #forward(): Promise<Outcome> {
    const exchange = this.#exchange;
    const targets = exchange.route.targets(exchange);
    if ("kind" in targets) return this.#halted(targets);
    const forwarding = new Forwarding(exchange, this.#client, this.#motion.find, targets);
    this.#forwarding = forwarding;
    for (;;) {
      const forwarded = await forwarding.next();
      if (forwarded.kind === "refusal") {
        return exchange.cutBy === undefined ? this.#halted(forwarded) : this.#cut(exchange.cutBy, undefined);
      }
      const outcome = await this.#attempted(forwarded);
      this.#close(forwarded.visits, outcome);
      if (outcome.ended !== "replaced") return outcome;
    }
  }

  async #attempted({ visits, reply }: Forwarded): Promise<Outcome> {
    const hooks = [...visits.toReversed(), ...this.#outer];
    const { rest, pump } = await this.#deliver(reply, hooks);
    if (rest.kind !== "done") reply.source.abort();
    const canReplace = pump?.isCommitted !== true && this.#forwarding?.canTryNext === true;
    if (rest.kind === "lost" && canReplace) return replaced(rest.refusal);
    return this.#rested({ rest, pump }, hooks);
  }

  /** Head through the hooks, then the frames. */
  async #deliver(reply: Reply, hooks: readonly Visit[]): Promise<Delivery> {
    const exchange = this.#exchange;
    const { head, source } = reply;
    for (const [at, visit] of hooks.entries()) {
      const stop = await visit.head?.(head);
      if (stop !== undefined) return { rest: { kind: "stopped", stop, at }, pump: undefined };
    }
    if (hooks.some((visit) => visit.mayEdit === true)) dropIntegrity(head);
    const { dialect } = exchange.route;
    const isRead = hooks.some((visit) => visit.frame !== undefined || visit.flush !== undefined);
    const reader = isRead ? dialect.reader(head, this.#motion.bounds) : undefined;
    const pump = new Pump({
      head,
      source,
      reader,
      writer: dialect.writer(head),
      hooks,
      client: this.#client,
    });
    exchange.interrupt = () => pump.cut();
    const rest: Rest = exchange.cutBy === undefined ? await pump.run() : { kind: "cut" };
    exchange.interrupt = undefined;
    return { rest, pump };
  }

  #rested({ rest, pump }: Delivery, hooks: readonly Visit[]): Async<Outcome> {
    switch (rest.kind) {
      case "done":
        pump?.finish();
        return this.#outcome("done", pump, undefined);
      case "lost":
        return this.#refused(rest.refusal, this.#outer, pump);
      case "cut":
        return this.#cut(this.#exchange.cutBy ?? gone, pump);
      case "bug":
        return this.#buggy(rest.error, pump);
      case "stopped":
        return this.#stopped(rest.stop, hooks.slice(rest.at + 1), pump);
    }
  }

  #stopped(stop: Stop, beyond: readonly Visit[], pump: Pump | undefined): Async<Outcome> {
    if (stop.kind === "refusal") return this.#refused(stop, beyond, pump);
    if (stop.kind === "ending") return this.#ended(stop, beyond, pump);
    if (pump?.isCommitted === true || this.#hasAskedAgain || this.#forwarding === undefined) {
      return this.#buggy(new Error(`asked again too late or too often: ${stop.because}`), pump);
    }
    this.#hasAskedAgain = true;
    this.#forwarding.rewind();
    return replaced(undefined);
  }

  #halted(halt: Halt): Promise<Outcome> {
    if (halt.kind === "refusal") return this.#refused(halt, this.#outer, undefined);
    return this.#made({ kind: "reply", head: halt.head, source: bufferSource(halt.body) }, this.#outer);
  }

  /** A reply made here passes the hooks like an upstream's. */
  async #made(reply: Reply, hooks: readonly Visit[]): Promise<Outcome> {
    return this.#rested(await this.#deliver(reply, hooks), hooks);
  }

  async #refused(refusal: Refusal, beyond: readonly Visit[], pump: Pump | undefined): Promise<Outcome> {
    const { dialect } = this.#exchange.route;
    if (pump?.isCommitted === true) {
      const said = pump.writer.refuse(refusal);
      if (said === undefined) this.#client.reset();
      else await pump.sayLast([said], beyond);
      return this.#outcome("refused", pump, refusal);
    }
    const { head, body } = dialect.refuse(refusal);
    Object.assign(head.headers, refusalHeaders(refusal));
    const outcome = await this.#made({ kind: "reply", head, source: bufferSource(body) }, beyond);
    if (outcome.ended !== "done") return outcome;
    return { ended: "refused", status: head.status, refusal, isCommitted: true };
  }

  async #ended(ending: Ending, beyond: readonly Visit[], pump: Pump | undefined): Promise<Outcome> {
    const frames = pump?.writer.end(ending.reason, ending.usage) ?? [];
    if (pump === undefined || frames.length === 0) return this.#refused(ending.otherwise, beyond, pump);
    await pump.sayLast(frames, beyond);
    return this.#outcome("ended", pump, undefined);
  }

  #cut(by: CutBy, pump: Pump | undefined): Async<Outcome> {
    if (by.kind === "refusal") return this.#refused(by, this.#outer, pump);
    if (by.kind === "ending") return this.#ended(by, this.#outer, pump);
    this.#client.reset();
    return this.#outcome("client-gone", pump, undefined);
  }

  /** Never past the hooks: one of them may be the bug. */
  async #buggy(bug: unknown, pump: Pump | undefined): Promise<Outcome> {
    this.#motion.onBug(bug, this.#exchange);
    const refusal = refuse("internal");
    await this.#refused(refusal, [], pump);
    return { ...this.#outcome("bug", pump, refusal), status: pump?.committedStatus ?? refusal.status };
  }

  #outcome(ended: Outcome["ended"], pump: Pump | undefined, refusal: Refusal | undefined): Outcome {
    return { ended, status: pump?.committedStatus ?? 0, refusal, isCommitted: pump?.isCommitted ?? false };
  }

  #close(visits: readonly Visit[], outcome: Outcome): void {
    for (const bug of closeVisits(visits, outcome)) this.#motion.onBug(bug, this.#exchange);
  }
}

const switchingProtocols = 101;
const gone: CutBy = { kind: "gone" };

function replaced(refusal: Refusal | undefined): Outcome {
  return { ended: "replaced", status: 0, refusal, isCommitted: false };
}

/** Bytes may change on the way: what vouches for them goes; one whole frame gets its length anew. */
function dropIntegrity(head: AnswerHead): void {
  for (const name of ["content-length", "etag", "digest", "content-digest", "repr-digest", "content-md5"]) {
    delete head.headers[name];
  }
}
