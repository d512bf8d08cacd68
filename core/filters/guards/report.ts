// Owns what is told of the guards of one exchange: each finding, and what each guard did at each stage. Never
// tells what was found.

import type { Exchange, GuardVerdict } from "../../contracts/exchange.ts";
import type { Finding, Stage, TextSource } from "../../contracts/guard.ts";
import type { GuardRule } from "./rule.ts";

/** Of one exchange: what is beyond is counted, not told one by one. */
const toldMax = 32;

/** What a guard did with a text, from the least to the most. */
export const guardActions = [
  "pass",
  "flag",
  "fail_open",
  "truncate",
  "filter",
  "strip",
  "demote",
  "redact",
  "fallback",
  "repair",
  "fail_closed",
  "block",
] as const;
export type GuardActed = (typeof guardActions)[number];

export interface ToldFinding {
  readonly guard: string;
  readonly source: TextSource;
  readonly finding: Finding;
  /** What was found; only ever hashed. */
  readonly text: string;
  readonly action: GuardActed;
  readonly isShadow: boolean;
}

/** Hears of findings and decisions; logs and counts them. */
export interface GuardWatch {
  found(told: ToldFinding, exchange: Exchange): void;
  /** Once an exchange, a guard and a stage. */
  decided(guard: string, stage: Stage, action: GuardActed): void;
}

export type Found = Pick<ToldFinding, "source" | "finding" | "text" | "action">;

/** Stands in `exchange.guarded` from the first look on: others read there before this closes. */
interface Acted extends GuardVerdict {
  action: GuardActed;
}

export class GuardReport {
  readonly #exchange: Exchange;
  readonly #watch: GuardWatch;
  readonly #acted = new Map<GuardRule, Map<Stage, Acted>>();
  /** What was told of, so that nothing that is said again is. */
  readonly #known = new Set<string>();
  #told = 0;

  constructor(exchange: Exchange, watch: GuardWatch) {
    this.#exchange = exchange;
    this.#watch = watch;
  }

  looked(rule: GuardRule, stage: Stage): void {
    if (this.#acted.get(rule)?.has(stage) !== true) this.acted(rule, stage, "pass");
  }

  acted(rule: GuardRule, stage: Stage, action: GuardActed): void {
    const stages = this.#acted.get(rule) ?? new Map<Stage, Acted>();
    this.#acted.set(rule, stages);
    const before = stages.get(stage);
    if (before !== undefined) {
      if (rank(before.action) < rank(action)) before.action = action;
      return;
    }
    const verdict = { guard: rule.name, stage, action, escalates: rule.escalates };
    stages.set(stage, verdict);
    this.#exchange.guarded.push(verdict);
  }

  found(rule: GuardRule, told: Found): void {
    this.acted(rule, told.source.stage, told.action);
    this.#tell(rule, told);
  }

  /** In what repeats a text that was read before. */
  foundAgain(rule: GuardRule, told: Found): void {
    this.acted(rule, told.source.stage, told.action);
    if (!this.#known.has(keyOf(rule, told))) this.#tell(rule, told);
  }

  /** Nobody could read it. */
  blind(rule: GuardRule, source: TextSource, action: GuardActed): void {
    const finding: Finding = { type: "uninspectable", start: 0, end: 0, score: 1, method: "bound" };
    this.found(rule, { source, finding, text: "", action });
  }

  close(): void {
    for (const [{ name }, stages] of this.#acted) {
      for (const [stage, { action }] of stages) this.#watch.decided(name, stage, action);
    }
    this.#acted.clear();
  }

  #tell(rule: GuardRule, told: Found): void {
    if (this.#told >= toldMax) return;
    this.#told += 1;
    this.#known.add(keyOf(rule, told));
    this.#watch.found({ ...told, guard: rule.name, isShadow: rule.mode === "shadow" }, this.#exchange);
  }
}

function keyOf({ name }: GuardRule, { source, finding, text }: Found): string {
  return [name, source.stage, finding.type, text].join("\n");
}

function rank(action: GuardActed): number {
  return guardActions.indexOf(action);
}
