// Owns what kind of injection a window is, by the concepts in it. Knows no score.

import type { Segment } from "../classifier/segment.ts";
import { concept } from "./concepts.ts";
import type { InjectionType } from "./rules.ts";

const freeing = new Set<number>([
  concept.unbound,
  concept.persona,
  concept.fiction,
  concept.harm,
  concept.refusal,
]);
const commanding = new Set<number>([
  concept.override,
  concept.instruction,
  concept.prompt,
  concept.secret,
  concept.send,
]);

/** A jailbreak frees the model of its rules; an injection gives it others. */
export class WindowType {
  #freed = 0;
  #commanded = 0;

  add({ hits, hitCount }: Segment) {
    for (let at = 0; at < hitCount; at++) {
      const hit = hits[at] as number;
      if (freeing.has(hit)) this.#freed++;
      else if (commanding.has(hit)) this.#commanded++;
    }
  }

  /** Of what was added since, half forgotten: the next window shares a block. */
  take(): InjectionType {
    const type = this.#freed > this.#commanded ? "jailbreak" : "prompt_injection";
    this.#freed >>= 1;
    this.#commanded >>= 1;
    return type;
  }
}
