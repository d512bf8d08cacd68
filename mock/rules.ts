// Owns which rule of a script answers a request, and how often each was used; knows no answer.

import type { Ask } from "./dialect.ts";
import { type Random, seededRandom } from "./prose.ts";
import type { Rule, Script, When } from "./script.ts";

export interface RequestFacts {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: the request is no model call. */
  readonly ask: Ask | undefined;
  /** A kept answer is asked for. */
  readonly isFetch?: boolean;
}

export interface PickedRule {
  readonly index: number;
  readonly rule: Rule;
}

interface RuleState {
  readonly rule: Rule;
  readonly random: Random;
  readonly usesMax: number;
  met: number;
  uses: number;
}

export class RuleBook {
  readonly #states: readonly RuleState[];

  constructor(script: Script) {
    this.#states = (script.rules ?? []).map((rule, index) => ({
      rule,
      random: seededRandom((script.seed ?? 0) + index),
      usesMax: rule.once === true ? 1 : (rule.times ?? Number.POSITIVE_INFINITY),
      met: 0,
      uses: 0,
    }));
  }

  /** The first rule that holds and is not spent; it is used up by this call. */
  pick(facts: RequestFacts): PickedRule | undefined {
    const index = this.#states.findIndex((state) => isUsable(state, facts));
    const state = this.#states[index];
    if (state === undefined) return undefined;
    state.uses += 1;
    return { index, rule: state.rule };
  }
}

function isUsable(state: RuleState, facts: RequestFacts): boolean {
  const when = state.rule.when ?? {};
  if (state.uses >= state.usesMax || !fitsRequest(when, facts)) return false;
  state.met += 1;
  if (when.nth !== undefined && when.nth !== state.met) return false;
  return when.probability === undefined || state.random() < when.probability;
}

function fitsRequest(when: When, facts: RequestFacts): boolean {
  if (when.path !== undefined && when.path !== facts.path) return false;
  if (when.fetch !== undefined && when.fetch !== (facts.isFetch ?? false)) return false;
  if (when.path === undefined && when.fetch !== true && facts.ask === undefined) return false;
  return fitsHeaders(when, facts.headers) && fitsAsk(when, facts.ask);
}

function fitsHeaders(when: When, headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(when.header ?? {}).every(([name, value]) => (headers[name] ?? null) === value);
}

function fitsAsk(when: When, ask: Ask | undefined): boolean {
  return (
    (when.model === undefined || when.model === ask?.model) &&
    (when.stream === undefined || when.stream === (ask?.form === "stream")) &&
    (when.role === undefined || when.role === ask?.role) &&
    (when.text === undefined || ask?.text.includes(when.text) === true)
  );
}
