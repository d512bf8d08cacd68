// Owns the detector of what the policy itself describes: its patterns and its list of words. Knows no
// engine.

import type { ConfigProblem, Detector, Finding, Scanner } from "../contracts/guard.ts";
import type { JsonObject } from "../contracts/json.ts";
import { isObject } from "../text/json.ts";
import { type Match, type Pattern, PatternScanner } from "./patterns/matches.ts";
import { compilePattern, compileSet, type PatternSource } from "./patterns/re2-adapter.ts";
import { WordList, type WordMatch, WordScanner } from "./patterns/words.ts";

const wordsType = "blocked_word";
const lengthMaxDefault = 256;
/** Transitions of the automaton of all words, four bytes each. */
const automatonMax = 8_000_000;

const pattern: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["regex"],
  properties: {
    regex: { type: "string", minLength: 1, maxLength: 8_192, description: "In RE2's syntax." },
    flags: {
      type: "string",
      pattern: "^[ims]{0,3}$",
      default: "",
      description: "i: case does not matter. m: ^ and $ match at lines. s: . matches line ends.",
    },
    score: { type: "number", minimum: 0, maximum: 1, default: 1 },
  },
};

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    patterns: {
      type: "object",
      default: {},
      maxProperties: 200,
      propertyNames: { pattern: "^[a-z][a-z0-9_]{0,62}$" },
      additionalProperties: pattern,
      description: "By name; the name is the type of its findings.",
    },
    words: {
      type: "array",
      default: [],
      maxItems: 5_000,
      items: { type: "string", minLength: 2, maxLength: 128, pattern: "\\S" },
      description: "Whole words and phrases; case does not matter.",
    },
    lengthMax: {
      type: "integer",
      minimum: 16,
      maximum: 4_096,
      default: lengthMaxDefault,
      description:
        "Of a match, in UTF-16 units. A stream is held back by as much, or by what the patterns need.",
    },
  },
};

interface NamedSource extends PatternSource {
  readonly name: string;
  readonly score: number;
}

function sourcesOf(settings: JsonObject): readonly NamedSource[] {
  const named = isObject(settings.patterns) ? Object.entries(settings.patterns) : [];
  return named.flatMap(([name, value]) => {
    if (!isObject(value)) return [];
    const { regex, flags = "", score = 1 } = value;
    return [{ name, regex: String(regex), flags: String(flags), score: Number(score) }];
  });
}

const wordsOf = (settings: JsonObject): readonly string[] =>
  Array.isArray(settings.words) ? settings.words.filter((word) => typeof word === "string") : [];

function check(settings: JsonObject): readonly ConfigProblem[] {
  const problems = sourcesOf(settings).flatMap((source): ConfigProblem[] => {
    const compiled = compilePattern(source);
    if (typeof compiled !== "string") return [];
    const hint = "write it in RE2's syntax: no lookaround, no back references";
    return [{ path: ["patterns", source.name, "regex"], problem: compiled, hint }];
  });
  const letters = wordsOf(settings).reduce((sum, { length }) => sum + length, 0);
  const size = letters * new Set(wordsOf(settings).join("").toLowerCase()).size;
  if (size > automatonMax) {
    const hint = "list fewer of them; patterns need less where words have parts in common";
    problems.push({ path: ["words"], problem: "are too many, of too many different characters", hint });
  }
  const isEmpty = sourcesOf(settings).length === 0 && wordsOf(settings).length === 0;
  const nothing = { path: [], problem: "has neither patterns nor words", hint: "give one of them" };
  return isEmpty ? [nothing] : problems;
}

/** Both together. */
class TextScanner implements Scanner {
  readonly #patterns: PatternScanner;
  readonly #words: WordScanner;

  constructor(patterns: PatternScanner, words: WordScanner) {
    this.#patterns = patterns;
    this.#words = words;
  }

  push(text: string) {
    const findings = tell(this.#patterns.push(text), this.#words.push(text));
    return { findings, decided: Math.min(this.#patterns.decided, this.#words.decided) };
  }

  end(): readonly Finding[] {
    return tell(this.#patterns.end(), this.#words.end());
  }
}

function tell(matches: readonly Match[], words: readonly WordMatch[]): readonly Finding[] {
  const method = "pattern";
  return [
    ...matches.map(
      ({ pattern: { type, score }, start, end }) => ({ type, start, end, score, method }) as const,
    ),
    ...words.map(({ start, end }) => ({ type: wordsType, start, end, score: 1, method }) as const),
  ].sort((one, other) => one.start - other.start || one.end - other.end);
}

export const patternsDetector: Detector = {
  name: "patterns",
  config,
  code: "blocked_content",
  isWhole: false,
  check,
  create(settings) {
    const bound = Number(settings.lengthMax ?? lengthMaxDefault);
    const sources = sourcesOf(settings);
    const patterns = sources.flatMap((source): Pattern[] => {
      const compiled = compilePattern(source);
      if (typeof compiled === "string") return [];
      const lengthMax = Math.min(bound, compiled.lengthMax);
      return [{ type: source.name, score: source.score, ...compiled, lengthMax }];
    });
    const matching = compileSet(sources);
    const list = new WordList(wordsOf(settings));
    return { scan: () => new TextScanner(new PatternScanner(patterns, matching), new WordScanner(list)) };
  },
};
