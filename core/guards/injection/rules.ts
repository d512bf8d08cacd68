// Owns what no text says by chance: sequences of concepts that are an attack in any language. Knows no word.

import type { Hit } from "../classifier/segment.ts";
import { concept, conceptCount } from "./concepts.ts";

export type InjectionType = "prompt_injection" | "jailbreak";

interface Step {
  readonly isWanted: Uint8Array;
  /** Words between it and the step before. */
  readonly gap: number;
}
interface Rule {
  readonly type: InjectionType;
  readonly steps: readonly Step[];
}

/** Rules say this of what they find. */
export const ruleScore = 0.95;
/** Further back than so many words, or so many units, nothing belongs together. */
const wordsMax = 24;
const unitsMax = 1_000;
const hitsMax = 24;

type Written = readonly [concepts: readonly number[], gap: number];

function rule(type: InjectionType, ...written: readonly Written[]): Rule {
  const steps = written.map(([concepts, gap]) => {
    const isWanted = new Uint8Array(conceptCount);
    for (const wanted of concepts) isWanted[wanted] = 1;
    return { isWanted, gap };
  });
  return { type, steps };
}

const { override, prior, before, all, your, instruction, prompt, system, reveal, you, fresh, anything } =
  concept;
const { role, unbound, persona, assistant, mode, negation, report } = concept;
const orders = [instruction, prompt];
/** "never reveal your prompt" says the opposite, and "attackers ask you to ignore" only tells of it. */
const negationWords = 2;
const reportWords = 5;

const rules: readonly Rule[] = [
  rule("prompt_injection", [[override], 0], [[prior], 4], [orders, 3]),
  rule("prompt_injection", [[override], 0], [[all, your], 2], [orders, 2]),
  rule("prompt_injection", [[override], 0], [orders, 4], [[prior, before], 3]),
  rule("prompt_injection", [[override], 0], [[anything], 1], [[prior, before], 3]),
  rule("prompt_injection", [[prior], 0], [orders, 4], [[override], 4]),
  rule("prompt_injection", [[prior], 0], [[all], 3], [orders, 3], [[override], 4]),
  rule("prompt_injection", [[reveal], 0], [[your], 3], [[system, prior], 2], [orders, 2]),
  rule("prompt_injection", [[reveal], 0], [[your], 3], [[prompt], 1]),
  rule("jailbreak", [[you, role], 0], [[fresh], 3], [[persona], 3]),
  rule("jailbreak", [[you, role], 0], [[unbound], 5], [[assistant, mode], 2]),
];

/** By the concept that ends them: most concepts end none. */
const rulesByEnd: readonly (readonly Rule[])[] = Array.from({ length: conceptCount }, (_, ending) =>
  rules.filter(({ steps }) => steps.at(-1)?.isWanted[ending] === 1),
);

export interface RuleMatch {
  readonly type: InjectionType;
  readonly start: number;
  readonly end: number;
}

/** The concepts met so far, as far back as a rule reaches. */
export class RuleMatcher {
  readonly #hits: Hit[] = [];

  /** Where the first concept stands that a rule may still begin with, seen from the word and the place. */
  startFrom(word: number, place: number): number {
    this.#drop(word, place);
    return this.#hits[0]?.start ?? Number.POSITIVE_INFINITY;
  }

  #drop(word: number, place: number) {
    while (this.#hits.length > 0) {
      const first = this.#hits[0] as Hit;
      if (first.word >= word - wordsMax && first.start >= place - unitsMax && this.#hits.length <= hitsMax)
        return;
      this.#hits.shift();
    }
  }

  /** What the rules say now that this one is met too. What is told is forgotten: it is told once. */
  add(hit: Hit): RuleMatch | undefined {
    this.#drop(hit.word, hit.start);
    this.#hits.push(hit);
    for (const { type, steps } of rulesByEnd[hit.concept] ?? []) {
      const first = this.#match(steps);
      if (first === undefined) continue;
      const { start } = this.#hits[first] as Hit;
      const isTold = !this.#isMentioned(first);
      this.#hits.length = 0;
      return isTold ? { type, start, end: hit.end } : undefined;
    }
    return undefined;
  }

  /** Whether what stands before it makes it a mention: of an attack, or of what shall not be done. */
  #isMentioned(first: number): boolean {
    const { word } = this.#hits[first] as Hit;
    for (let at = first - 1; at >= 0; at--) {
      const earlier = this.#hits[at] as Hit;
      const distance = word - earlier.word;
      if (distance > reportWords) return false;
      if (earlier.concept === report) return true;
      if (earlier.concept === negation && distance <= negationWords) return true;
    }
    return false;
  }

  /** Backwards from the last hit: the nearest that fits each step. Answers where the first of them is. */
  #match(steps: readonly Step[]): number | undefined {
    let at = this.#hits.length - 1;
    let later = this.#hits[at] as Hit;
    const last = steps[steps.length - 1] as Step;
    let gap = last.gap;
    for (let step = steps.length - 2; step >= 0; step--) {
      const { isWanted, gap: nextGap } = steps[step] as Step;
      at--;
      while (at >= 0 && isWanted[(this.#hits[at] as Hit).concept] === 0) at--;
      const earlier = this.#hits[at];
      if (earlier === undefined || later.word - earlier.word - 1 > gap) return undefined;
      later = earlier;
      gap = nextGap;
    }
    return at;
  }
}
