// Owns what is gathered of one exchange that may be handed over: signals, and who was told of them. Knows no
// signal's making.

import type { AnswerHead } from "../../contracts/dialect.ts";
import type { EscalationReason, EscalationSignal } from "../../contracts/escalation.ts";
import { escalationReasons } from "../../contracts/escalation.ts";
import type { Exchange } from "../../contracts/exchange.ts";

/** On answers, with the reasons. */
export const escalatedHeader = "x-sluice-escalated";

export class Case {
  readonly #signals = new Map<EscalationReason, EscalationSignal>();
  #head: AnswerHead | undefined = undefined;

  /** The first of its reason stays. */
  raise(signal: EscalationSignal): void {
    if (!this.#signals.has(signal.reason)) this.#signals.set(signal.reason, signal);
    this.#tell();
  }

  /** The answer's, editable until its first byte is released. */
  show(head: AnswerHead): void {
    this.#head = head;
    this.#tell();
  }

  /** The most telling first. */
  get signals(): readonly EscalationSignal[] {
    return escalationReasons.flatMap((reason) => this.#signals.get(reason) ?? []);
  }

  #tell(): void {
    if (this.#head === undefined || this.#signals.size === 0) return;
    this.#head.headers[escalatedHeader] = this.signals.map(({ reason }) => reason).join(", ");
  }
}

/** Goes with the exchange it is of. */
export class Cases {
  readonly #cases = new WeakMap<Exchange, Case>();

  of(exchange: Exchange): Case {
    const known = this.#cases.get(exchange) ?? new Case();
    this.#cases.set(exchange, known);
    return known;
  }
}
