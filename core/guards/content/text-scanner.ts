// Owns one reading of a text for harmful content: the windows' scores, and what lies encoded in it. Knows no
// settings and no policy.

import type { Finding } from "../../contracts/guard.ts";
import { readNested } from "../classifier/nested-text.ts";
import { decodeRun } from "../classifier/payloads.ts";
import { TextReader } from "../classifier/reader.ts";
import type { Segment } from "../classifier/segment.ts";
import { categories } from "./categories.ts";
import { featuresOf } from "./features.ts";
import { contentLexicon } from "./lexicon.ts";
import type { ContentWeights } from "./weights.ts";
import { ContentScorer, type WindowScores } from "./window-scorer.ts";

export interface ContentReading {
  readonly weights: ContentWeights;
  /** A window at or above its category's is a finding; Infinity where nobody asks for the category. */
  readonly thresholds: Float64Array;
}

export class ContentTextScanner {
  readonly #reading: ContentReading;
  readonly #depth: number;
  readonly #reader: TextReader;
  readonly #scorer: ContentScorer;
  /** By category: how far it has been told of. */
  readonly #flaggedTo = new Float64Array(categories.length);
  #findings: Finding[] = [];

  constructor(reading: ContentReading, depth = 0) {
    this.#reading = reading;
    this.#depth = depth;
    this.#scorer = new ContentScorer(reading.weights);
    this.#reader = new TextReader(contentLexicon(), {
      segment: (segment) => this.#readSegment(segment),
      run: (text, start, end) => this.#readEncoded(decodeRun(text), start, end),
      tags: (text, start, end) => this.#readEncoded(text, start, end),
    });
  }

  push(text: string): readonly Finding[] {
    this.#reader.push(text);
    return this.#take();
  }

  /** Units that no later finding will reach into. */
  get decided(): number {
    const { pendingStart, segmentStart } = this.#reader;
    return Math.min(pendingStart, segmentStart, this.#scorer.pendingStart);
  }

  end(): readonly Finding[] {
    this.#reader.end();
    const scores = this.#scorer.end();
    if (scores !== undefined) this.#judge(scores);
    return this.#take();
  }

  #take(): readonly Finding[] {
    const findings = this.#findings;
    this.#findings = [];
    return findings;
  }

  #readSegment(segment: Segment) {
    if (segment.unitCount === 0) return;
    const { start, end, unitCount } = segment;
    const features = featuresOf(segment, this.#reading.weights.header);
    const scores = this.#scorer.add(features, { start, end, units: unitCount });
    if (scores !== undefined) this.#judge(scores);
  }

  /** Two windows share a block: what one of them told of, the next does not tell again. */
  #judge({ probabilities, start, end }: WindowScores) {
    for (const [at, type] of categories.entries()) {
      const score = probabilities[at] as number;
      const flaggedTo = this.#flaggedTo[at] as number;
      if (score < (this.#reading.thresholds[at] as number) || end <= flaggedTo) continue;
      this.#findings.push({ type, start: Math.max(start, flaggedTo), end, score, method: "ml_classifier" });
      this.#flaggedTo[at] = end;
    }
  }

  /** Of each category the strongest that is found in it, at the place where it stands encoded. */
  #readEncoded(text: string | undefined, start: number, end: number) {
    const found = readNested(text, this.#depth, (depth) => new ContentTextScanner(this.#reading, depth));
    const told = new Set<string>();
    for (const finding of found) {
      if (told.has(finding.type)) continue;
      told.add(finding.type);
      this.#findings.push({ ...finding, start, end });
    }
  }
}
