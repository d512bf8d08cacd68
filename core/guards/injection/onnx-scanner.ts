// Owns a scan by rules and by a model in an ONNX file, which answers later. Knows no settings.

import type { Finding, Scan, Scanner, Unable } from "../../contracts/guard.ts";
import type { OnnxModel } from "../classifier/onnx-adapter.ts";
import { type Reading, TextScanner } from "./text-scanner.ts";

const windowUnits = 2_000;
const stepUnits = 1_000;
/** A longer text is not decided: each window is a run of the model. */
const unitsMax = 262_144;

export class OnnxScanner implements Scanner {
  readonly #rules: TextScanner;
  readonly #model: OnnxModel;
  readonly #threshold: number;
  #text = "";
  #isTooLong = false;

  constructor(reading: Reading, model: OnnxModel) {
    this.#rules = new TextScanner({ ...reading, weights: undefined });
    this.#model = model;
    this.#threshold = reading.threshold;
  }

  /** Nothing is decided before the model has read the whole text. */
  push(text: string): Scan {
    if (this.#text.length + text.length > unitsMax) this.#isTooLong = true;
    else this.#text += text;
    return { findings: this.#rules.push(text), decided: 0 };
  }

  async end(): Promise<readonly Finding[] | Unable> {
    const findings = [...this.#rules.end()];
    if (this.#isTooLong) return { kind: "unable", because: "too_long" };
    let flaggedTo = 0;
    for (let start = 0; start < this.#text.length; start += stepUnits) {
      const end = Math.min(start + windowUnits, this.#text.length);
      const probability = await this.#model.probabilityOf(this.#text.slice(start, end));
      if (probability === undefined) return { kind: "unable", because: "malformed" };
      if (probability >= this.#threshold) {
        const from = Math.max(start, flaggedTo);
        findings.push({
          type: "prompt_injection",
          start: from,
          end,
          score: probability,
          method: "ml_classifier",
        });
        flaggedTo = end;
      }
      if (end === this.#text.length) break;
    }
    return findings;
  }
}
