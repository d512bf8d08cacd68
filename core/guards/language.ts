// Owns the detector of languages that a policy does not want. Knows no way of telling them.

import type { ConfigProblem, Detector, Finding, Scan, Scanner } from "../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { type Detect, languagesNow, loadLanguages } from "./language/library-adapter.ts";
import { type Sample, Samples } from "./language/samples.ts";

/** ISO 639-1, as the library has them. */
const languages =
  "am ar az be bg bn ca cs da de el en es et eu fa fi fr gu he hi hr hu hy is it ja ka kn ko ku lo lt lv ml"
    .concat(" mr ms nl no or pa pl pt ro ru sk sl sq sr sv ta te th tl tr uk ur vi yo zh")
    .split(" ");

const list = { type: "array", default: [], items: { enum: languages }, uniqueItems: true };

const lettersMinDefault = 40;

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    allow: { ...list, description: "All other languages are told." },
    deny: { ...list, description: "These languages are told." },
    lettersMin: {
      type: "integer",
      minimum: 10,
      maximum: 1_000,
      default: lettersMinDefault,
      description: "Of fewer letters no language is told; of scripts that write syllables a third is enough.",
    },
  },
};

const stringsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

function check({ allow, deny }: JsonObject): readonly ConfigProblem[] {
  const [isAllowing, isDenying] = [stringsOf(allow).length > 0, stringsOf(deny).length > 0];
  if (isAllowing !== isDenying) return [];
  const problem = isAllowing ? "has both lists" : "names no language";
  return [{ path: [], problem, hint: "give either allow or deny" }];
}

interface Judge {
  readonly isWanted: (language: string) => boolean;
  readonly lettersMin: number;
}

/** Another language is as good a guess if it is this close. */
const near = 0.85;
/** The library squeezes how much speaks for a language into 0 to 1. */
const strengthOf = (score: number): number => score / (1 - Math.min(score, 0.999));

/** How sure it is that a part is in a language nobody wants; 0: it may stay. */
function judge({ isWanted, lettersMin }: Judge, detect: Detect, text: string): number {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const syllables =
    text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  if (letters + 2 * syllables < lettersMin) return 0;
  const told = detect(text);
  if (told.language === "" || isWanted(told.language) || !told.isReliable()) return 0;
  const strengths = Object.entries(told.getScores()).map(
    ([language, score]) => [language, strengthOf(score)] as const,
  );
  const [, top = 0] = strengths.find(([language]) => language === told.language) ?? [];
  const wanted = Math.max(0, ...strengths.filter(([language]) => isWanted(language)).map(([, each]) => each));
  return wanted >= near * top ? 0 : Number((top / (top + wanted)).toFixed(3));
}

class LanguageScanner implements Scanner {
  readonly #judge: Judge;
  readonly #samples = new Samples();

  constructor(judged: Judge) {
    this.#judge = judged;
  }

  push(text: string): Scan {
    this.#samples.push(text);
    return { findings: [], decided: 0 };
  }

  end(): readonly Finding[] | Promise<readonly Finding[]> {
    const detect = languagesNow();
    return detect === undefined ? loadLanguages().then((loaded) => this.#tell(loaded)) : this.#tell(detect);
  }

  #tell(detect: Detect): readonly Finding[] {
    const samples = this.#samples.all();
    const scored = samples.map((sample) => ({ sample, score: judge(this.#judge, detect, sample.text) }));
    const unwanted = scored.filter(({ score }) => score > 0);
    if (unwanted.length === 0) return [];
    const score = Math.max(...unwanted.map((each) => each.score));
    // Parts between the samples are not looked at: what most of it is, all of it is.
    if (unwanted.length * 2 > samples.length) return [finding(0, this.#samples.length, score)];
    return join(unwanted).map(({ start, end, score: highest }) => finding(start, end, highest));
  }
}

const finding = (start: number, end: number, score: number): Finding => ({
  type: "language_not_allowed",
  start,
  end,
  score,
  method: "ml_classifier",
});

/** Neighbours are one. */
function join(parts: readonly { readonly sample: Sample; readonly score: number }[]) {
  const joined: { start: number; end: number; score: number }[] = [];
  for (const { sample, score } of parts) {
    const last = joined.at(-1);
    const end = sample.start + sample.text.length;
    if (last !== undefined && sample.start <= last.end) {
      last.end = Math.max(last.end, end);
      last.score = Math.max(last.score, score);
    } else joined.push({ start: sample.start, end, score });
  }
  return joined;
}

/** Names and arguments of tools are of no language; an upstream's words for its failure are of its own. */
const kindsWithout: ReadonlySet<string> = new Set(["tool.name", "tool.args", "tool.definition", "error"]);

export const languageDetector: Detector = {
  name: "language",
  config,
  code: "blocked_content",
  isWhole: true,
  ignoresMedia: true,
  check,
  create(settings) {
    void loadLanguages();
    const allow = new Set(stringsOf(settings.allow));
    const deny = new Set(stringsOf(settings.deny));
    const isWanted = (language: string): boolean =>
      allow.size > 0 ? allow.has(language) : !deny.has(language);
    const judged = { isWanted, lettersMin: Number(settings.lettersMin ?? lettersMinDefault) };
    return { scan: ({ kind }) => (kindsWithout.has(kind) ? undefined : new LanguageScanner(judged)) };
  },
};
