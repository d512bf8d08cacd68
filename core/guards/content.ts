// Owns the content detector: its settings, and which categories are asked for at which threshold. Knows no
// word and no weight.

import { fileURLToPath } from "node:url";
import type { ConfigProblem, Detector, Guard, Scan, Scanner } from "../contracts/guard.ts";
import type { JsonObject } from "../contracts/json.ts";
import { type Category, categories } from "./content/categories.ts";
import { contentLexicon } from "./content/lexicon.ts";
import { type ContentReading, ContentTextScanner } from "./content/text-scanner.ts";
import { contentWeightsOf } from "./content/weights-file-adapter.ts";

/** What `npm run train content` writes. */
const bundled = new URL("./models/content.json", import.meta.url);

const thresholdDefault = 0.8;

const threshold: JsonObject = {
  type: "number",
  exclusiveMinimum: 0,
  maximum: 1,
  description: "Probability from which a category is found.",
};

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    threshold: { ...threshold, default: thresholdDefault },
    categories: {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      description: "Only these are told, each at a threshold of its own where it has one. Absent: all.",
      properties: Object.fromEntries(
        categories.map((name) => [
          name,
          { type: "object", additionalProperties: false, properties: { threshold } },
        ]),
      ),
    },
  },
};

interface Settings {
  readonly threshold?: number;
  readonly categories?: Readonly<Partial<Record<Category, { readonly threshold?: number }>>>;
}

function thresholdsOf({ threshold: all = thresholdDefault, categories: asked }: Settings): Float64Array {
  return Float64Array.from(categories, (name) => {
    if (asked === undefined) return all;
    return asked[name] === undefined ? Number.POSITIVE_INFINITY : (asked[name].threshold ?? all);
  });
}

class ContentScanner implements Scanner {
  readonly #scanner: ContentTextScanner;

  constructor(reading: ContentReading) {
    this.#scanner = new ContentTextScanner(reading);
  }

  push(text: string): Scan {
    const findings = this.#scanner.push(text);
    return { findings, decided: this.#scanner.decided };
  }

  end() {
    return this.#scanner.end();
  }
}

function check(): readonly ConfigProblem[] {
  if (contentWeightsOf(bundled) !== undefined) return [];
  const problem = `the bundled model ${fileURLToPath(bundled)} is missing or damaged`;
  return [{ path: [], problem, hint: "npm run train content" }];
}

export const contentDetector: Detector = {
  name: "content",
  config,
  code: "blocked_content",
  isWhole: false,
  check,
  create(given): Guard {
    // Made with the policy, so that no text waits for it.
    contentLexicon();
    const [weights, thresholds] = [contentWeightsOf(bundled), thresholdsOf(given as Settings)];
    return { scan: () => (weights === undefined ? unable : new ContentScanner({ weights, thresholds })) };
  },
};

/** The model went away between the check and now. */
const unable: Scanner = {
  push: () => ({ findings: [], decided: 0 }),
  end: () => ({ kind: "unable", because: "malformed" }),
};
