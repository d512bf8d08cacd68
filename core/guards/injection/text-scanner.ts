// Owns one reading of a text for injections: rules, the classifier's windows, and what lies encoded in it.
// Knows no settings and no policy.

import type { Finding } from "../../contracts/guard.ts";
import { readNested } from "../classifier/nested-text.ts";
import { decodeRun } from "../classifier/payloads.ts";
import { TextReader } from "../classifier/reader.ts";
import type { Segment } from "../classifier/segment.ts";
import type { Weights } from "../classifier/weights.ts";
import { type WindowScore, WindowScorer } from "../classifier/window-scorer.ts";
import { featuresOf } from "./features.ts";
import { injectionLexicon } from "./lexicon.ts";
import { type InjectionType, RuleMatcher, ruleScore } from "./rules.ts";
import type { Voice } from "./signals.ts";
import { WindowType } from "./window-type.ts";

export interface Reading {
  /** Undefined: rules alone. */
  readonly weights: Weights | undefined;
  readonly voice: Voice;
  /** As the model is calibrated for. */
  readonly calibration: string;
  /** A window at or above it is a finding. */
  readonly threshold: number;
}

/** So many letters hidden from the eye are a message. */
const hiddenMin = 12;
/** Fewer letters, and no word that anything is known of, are numbers and names of things: no order. */
const lettersMin = 6;

export class TextScanner {
  readonly #reading: Reading;
  readonly #depth: number;
  readonly #reader: TextReader;
  readonly #matcher = new RuleMatcher();
  readonly #scorer: WindowScorer | undefined;
  readonly #types = new WindowType();
  #findings: Finding[] = [];
  #flaggedTo = 0;
  #word = 0;
  /** Behind the last segment with words in it. */
  #wordedTo = 0;

  constructor(reading: Reading, depth = 0) {
    this.#reading = reading;
    this.#depth = depth;
    const { weights } = reading;
    this.#scorer = weights === undefined ? undefined : new WindowScorer(weights, reading.calibration);
    this.#reader = new TextReader(injectionLexicon(), {
      segment: (segment) => this.#readSegment(segment),
      run: (text, start, end) => this.#readEncoded(decodeRun(text), start, end),
      tags: (text, start, end) => this.#readHidden(text, start, end),
    });
  }

  push(text: string): readonly Finding[] {
    this.#reader.push(text);
    return this.#take();
  }

  /** Units that no later finding will reach into. */
  get decided(): number {
    const { pendingStart, place, openHitStart } = this.#reader;
    return Math.min(
      pendingStart,
      openHitStart,
      this.#matcher.startFrom(this.#word, place),
      this.#scorer === undefined ? place : Math.min(this.#scorer.pendingStart, this.#reader.segmentStart),
    );
  }

  end(): readonly Finding[] {
    this.#reader.end();
    const score = this.#scorer?.end();
    if (score !== undefined) this.#judge(score);
    return this.#take();
  }

  #take(): readonly Finding[] {
    const findings = this.#findings;
    this.#findings = [];
    return findings;
  }

  #readSegment(segment: Segment) {
    if (segment.unitCount === 0) return;
    this.#matchRules(segment);
    const { weights, voice } = this.#reading;
    if (weights === undefined || this.#scorer === undefined) return;
    this.#types.add(segment);
    if (segment.hitCount > 0 || segment.hasLetters(lettersMin)) this.#wordedTo = segment.end;
    const { grams, signals } = featuresOf(segment, voice, weights.header);
    const score = this.#scorer.add(grams, signals, {
      start: segment.start,
      end: segment.end,
      units: segment.unitCount,
    });
    if (score !== undefined) this.#judge(score);
  }

  #matchRules(segment: Segment) {
    for (let at = 0; at < segment.hitCount; at++) {
      const match = this.#matcher.add(segment.hitAt(at));
      if (match !== undefined) this.#tell(match.type, match, "pattern", ruleScore);
    }
    this.#word = segment.wordNumber;
  }

  /** Two windows share a block: what one of them told of, the next does not tell again. */
  #judge(score: WindowScore) {
    const type = this.#types.take();
    if (score.probability < this.#reading.threshold || score.end <= this.#flaggedTo) return;
    if (this.#wordedTo <= score.start) return;
    const start = Math.max(score.start, this.#flaggedTo);
    this.#flaggedTo = score.end;
    this.#tell(type, { start, end: score.end }, "ml_classifier", score.probability);
  }

  #tell(
    type: InjectionType,
    { start, end }: { start: number; end: number },
    method: Finding["method"],
    score: number,
  ) {
    this.#findings.push({ type, start, end, score, method });
  }

  /** The strongest thing that is found in it, at the place where it stands encoded. */
  #readEncoded(text: string | undefined, start: number, end: number) {
    const [strongest] = readNested(text, this.#depth, (depth) => new TextScanner(this.#reading, depth));
    if (strongest !== undefined) this.#findings.push({ ...strongest, start, end });
  }

  #readHidden(text: string, start: number, end: number) {
    const before = this.#findings.length;
    this.#readEncoded(text, start, end);
    const isMessage = text.trim().length >= hiddenMin && /[a-z]{2} [a-z]{2}/i.test(text);
    if (isMessage && this.#findings.length === before) {
      this.#tell("prompt_injection", { start, end }, "pattern", ruleScore);
    }
  }
}
