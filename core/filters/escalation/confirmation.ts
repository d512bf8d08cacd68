// Owns the word by which a caller shows that it was asked and means it: good for one thing, one caller and a
// while. Keeps nothing. Knows no signal.

import { createHmac, timingSafeEqual } from "node:crypto";
import type { Exchange } from "../../contracts/exchange.ts";

/**
 * In the answer that asks; the request is sent again with it. It goes through the gateway to the sidecar, so
 * its name is none that stays on one hop.
 */
export const confirmHeader = "x-task-confirm";

const secondsRadix = 36;
const macChars = 32;
const form = /^([0-9a-z]{1,12})\.([A-Za-z0-9_-]{32})$/;

export interface ConfirmationOptions {
  /** Shared where a confirmation is to hold at other replicas. */
  readonly key: Buffer;
  readonly withinMs: number;
  /** Milliseconds since the epoch. */
  readonly nowMs?: () => number;
}

export class Confirmations {
  readonly #options: ConfirmationOptions;
  readonly #nowMs: () => number;

  constructor(options: ConfirmationOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** `what`: a tool's name, or the message. `exchange`: the one that its caller has made. */
  ask(exchange: Exchange, what: string): string {
    const untilS = Math.ceil((this.#nowMs() + this.#options.withinMs) / 1_000);
    return this.#word(exchange, what, untilS.toString(secondsRadix));
  }

  isGiven({ exchange, what }: { readonly exchange: Exchange; readonly what: string }): boolean {
    const said = exchange.head.headers[confirmHeader];
    const [, until] = typeof said === "string" ? (form.exec(said) ?? []) : [];
    if (until === undefined || Number.parseInt(until, secondsRadix) * 1_000 < this.#nowMs()) return false;
    const due = Buffer.from(this.#word(exchange, what, until));
    const given = Buffer.from(String(said));
    return due.length === given.length && timingSafeEqual(due, given);
  }

  #word(exchange: Exchange, what: string, until: string): string {
    const { route, context, claims, caller } = exchange;
    const whose = [
      caller?.name ?? context?.caller ?? "",
      context?.user ?? claims?.user ?? "",
      context?.session ?? claims?.session ?? "",
    ];
    const mac = createHmac("sha256", this.#options.key)
      .update(JSON.stringify(["confirm", until, route.agent, ...whose, what]))
      .digest("base64url");
    return `${until}.${mac.slice(0, macChars)}`;
  }
}
