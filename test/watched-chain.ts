// Owns filters that write down what they are asked, and the check that each visit was treated as it must be.

import type { AttemptFilter, Filter } from "../core/contracts/exchange.ts";
import type { Async } from "../core/contracts/frame.ts";
import type { Refusal } from "../core/contracts/refusal.ts";
import type { Halt, Outcome, Visit } from "../core/contracts/visit.ts";

type Hooks = Omit<Visit, "kind">;

/** Everything that was asked of the filters it made, in order: `open a`, `frame b`, `close a`. */
export class Watch {
  readonly asked: string[] = [];
  readonly outcomes: Outcome[] = [];
  readonly #visits: Watched[] = [];

  /** `halt`: it opens no visit but says this. */
  filter(name: string, hooks: Hooks = {}, halt?: Halt): Filter {
    return { name, wantsCall: hooks.call !== undefined, open: () => this.#open(name, hooks, halt) };
  }

  attemptFilter(name: string, hooks: Hooks = {}, halt?: Refusal): AttemptFilter {
    return { name, open: () => this.#open(name, hooks, halt) };
  }

  /** How the visits were treated otherwise than they must be; empty where all is well. */
  breaches(): readonly string[] {
    return this.#visits.flatMap((visit, at) => visit.breaches(this.#visits.slice(at + 1)));
  }

  /** Only what concerns these hooks. */
  of(...hooks: readonly string[]): readonly string[] {
    return this.asked.filter((line) => hooks.includes(line.slice(0, line.indexOf(" "))));
  }

  #open<H>(name: string, hooks: Hooks, halt: H | undefined): Visit | H {
    this.asked.push(`open ${name}`);
    if (halt !== undefined) return halt;
    const visit = new Watched(name, this);
    this.#visits.push(visit);
    return visit.visit(hooks);
  }
}

class Watched {
  readonly #name: string;
  readonly #watch: Watch;
  readonly #breaches: string[] = [];
  readonly #closedAt: number[] = [];
  #isBusy = false;

  constructor(name: string, watch: Watch) {
    this.#name = name;
    this.#watch = watch;
  }

  /** `later`: visits opened after this one, which close before it. */
  breaches(later: readonly Watched[]): readonly string[] {
    const [closedAt, ...more] = this.#closedAt;
    if (closedAt === undefined) return [...this.#breaches, `${this.#name} was never closed`];
    if (more.length > 0) return [...this.#breaches, `${this.#name} was closed ${more.length + 1} times`];
    const isTooEarly = later.some((other) => (other.#closedAt[0] ?? Number.POSITIVE_INFINITY) > closedAt);
    // An attempt's visit may close long before the next attempt's is opened.
    const isSibling = later.every((other) => other.#name === this.#name);
    if (isTooEarly && !isSibling && !this.#name.startsWith("attempt")) {
      return [...this.#breaches, `${this.#name} was closed before one that opened later`];
    }
    return this.#breaches;
  }

  visit(hooks: Hooks): Visit {
    const visit: Visit = {
      kind: "visit",
      ...(hooks.mayEdit === undefined ? {} : { mayEdit: hooks.mayEdit }),
      close: (outcome) => this.#close(hooks, outcome),
    };
    for (const name of ["call", "message", "head", "frame", "flush"] as const) {
      const hook = hooks[name] as ((...args: unknown[]) => Async<unknown>) | undefined;
      if (hook === undefined) continue;
      Object.assign(visit, { [name]: (...args: unknown[]) => this.#ask(name, () => hook(...args)) });
    }
    return visit;
  }

  #ask(hook: string, run: () => Async<unknown>): Async<unknown> {
    this.#watch.asked.push(`${hook} ${this.#name}`);
    if (this.#closedAt.length > 0) this.#breaches.push(`${this.#name} was asked ${hook} after its close`);
    if (this.#isBusy) this.#breaches.push(`${this.#name} was asked ${hook} while it was thinking`);
    const said = run();
    if (!(said instanceof Promise)) return said;
    this.#isBusy = true;
    return said.finally(() => {
      this.#isBusy = false;
    });
  }

  #close(hooks: Hooks, outcome: Outcome): void {
    this.#watch.asked.push(`close ${this.#name}`);
    this.#watch.outcomes.push(outcome);
    this.#closedAt.push(this.#watch.asked.length);
    hooks.close?.(outcome);
  }
}
