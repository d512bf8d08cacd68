// Owns what a guard is: it finds things in text. What follows from a finding the policy decides; knows no
// exchange.

import type { Async } from "./frame.ts";
import type { JsonObject } from "./json.ts";
import type { RefusalCode } from "./refusal.ts";

/** Where a text passes. `edge`: the gateway; the others: the sidecar. */
export const stages = [
  "edge.request",
  "edge.answer",
  "llm.request",
  "llm.answer",
  "llm.reasoning",
  "tool.args",
  "tool.result",
] as const;
export type Stage = (typeof stages)[number];

/** What the wire says of a text: nobody who wrote it can change that. */
export interface TextSource {
  readonly stage: Stage;
  /** As the vendor writes it: `system`, `developer`, `user`, `assistant`, `tool`, `model` … */
  readonly role: string;
  /** As in `CallText` and `TextDelta`; `error`: an upstream's own words for its failure. */
  readonly kind: string;
}

/** How a detector came to it. */
export type Method = "pattern" | "checksum" | "ml_classifier" | "bound" | "remote";

export interface Finding {
  /** `email`, `prompt_injection`: from a bounded set, it goes into metrics and markers. */
  readonly type: string;
  /** UTF-16 units into all that was pushed, `end` behind the last one. Both 0: it is about no place. */
  readonly start: number;
  readonly end: number;
  /** 0 to 1. */
  readonly score: number;
  readonly method: Method;
  /** Told to whoever asked, in a refusal; at most 1,000 characters. */
  readonly message?: string;
}

export interface Scan {
  /** New ones: each is told once. None begins before what was decided. */
  readonly findings: readonly Finding[];
  /**
   * UTF-16 units from the start that no later finding will reach into, whatever follows. Never goes back.
   */
  readonly decided: number;
}

/**
 * Reads one text once, piece by piece. However it is cut, the findings are the same. Work and memory grow
 * with what was pushed, not with its square; one push of 8,192 units takes a millisecond or two at most.
 */
export interface Scanner {
  push(text: string): Scan;
  /** Nothing follows. Called once; `Unable`: it cannot decide, which the policy's `onFailure` settles. */
  end(): Async<readonly Finding[] | Unable>;
}

/** Why no verdict was reached: a fixed word, never text of the exchange. */
export interface Unable {
  readonly kind: "unable";
  readonly because: "timeout" | "unreachable" | "malformed" | "too_long" | "overloaded";
}

/** A detector with its settings, shared by all exchanges. */
export interface Guard {
  /** Undefined: it has nothing to look for in such a text. */
  scan(source: TextSource): Scanner | undefined;
  /**
   * Whether a scanner would find nothing in this, a whole text. Asked first, where a guard has it: most texts
   * hold nothing, and that is told sooner than they are read. False says nothing.
   */
  isClear?(source: TextSource, text: string): boolean;
}

/** What a detector may use that is not its own. */
export interface GuardMeans {
  /** Of the policy file that names it: relative files start there. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Something wrong with a guard's settings. Never holds a secret. */
export interface ConfigProblem {
  /** Below `spec.config`. */
  readonly path: readonly (string | number)[];
  readonly problem: string;
  /** What to write instead; empty where nothing sensible can be said. */
  readonly hint: string;
}

/** One kind of guard; `guards/index.ts` lists them. */
export interface Detector {
  /** As `spec.detector` names it. */
  readonly name: string;
  /** JSON Schema (2020-12) of `spec.config`; defaults in it are filled in. */
  readonly config: JsonObject;
  /** What a block says. */
  readonly code: RefusalCode;
  /** It decides at a text's end only: what a stream does meanwhile the policy says. */
  readonly isWhole: boolean;
  /** Images, audio and files are none of its business. */
  readonly ignoresMedia?: true;
  /** All problems beyond the schema, at policy load. */
  check?(config: JsonObject): readonly ConfigProblem[];
  /** `config` is checked. Throws on nothing. */
  create(config: JsonObject, means: GuardMeans): Guard;
}
