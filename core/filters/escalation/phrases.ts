// Owns whether a message says one of some phrases: words in their order, others between them. Knows no
// signal.
//
//   talk|speak to|with human|person      one of each, at most two other words between them
//   人工客服                              scripts without spaces: as it stands

import { plainOf, type Words } from "./words.ts";

/** Other words between two of a phrase: "talk to [a real] person". */
const gapMax = 2;
/** Before a phrase: "I do not want to talk to a person". */
const negationReach = 4;

type Phrase = readonly ReadonlySet<string>[];

export class Phrases {
  /** By each of its first words. */
  readonly #byFirst = new Map<string, Phrase[]>();
  readonly #unspaced: string[] = [];

  constructor(phrases: readonly string[]) {
    for (const phrase of phrases) this.#add(phrase);
  }

  areIn({ tokens, squeezed }: Words): boolean {
    if (this.#unspaced.some((phrase) => squeezed.includes(phrase))) return true;
    return tokens.some((token, at) =>
      (this.#byFirst.get(token) ?? []).some(
        (phrase) => isSaidAt(phrase, tokens, at) && !isDenied(tokens, at),
      ),
    );
  }

  #add(phrase: string): void {
    const plain = plainOf(phrase).trim();
    if (hasNoSpaces(plain)) {
      this.#unspaced.push(...plain.split("|").map((one) => one.replace(/[^\p{L}\p{N}]+/gu, "")));
      return;
    }
    const groups = plain.split(/\s+/).map((group) => new Set(group.split("|").filter((word) => word !== "")));
    for (const first of groups[0] ?? []) {
      const known = this.#byFirst.get(first) ?? [];
      this.#byFirst.set(first, [...known, groups]);
    }
  }
}

const hasNoSpaces = (text: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u.test(text);

/** The nearest place for each word: farther ones leave no more room for the next. */
function isSaidAt(phrase: Phrase, tokens: readonly string[], first: number): boolean {
  let reached = new Set([first]);
  for (const group of phrase.slice(1)) {
    const next = new Set<number>();
    for (const from of reached) {
      for (let at = from + 1; at <= from + 1 + gapMax; at += 1) {
        const token = tokens[at];
        if (token !== undefined && group.has(token)) next.add(at);
      }
    }
    if (next.size === 0) return false;
    reached = next;
  }
  return true;
}

const denials: ReadonlySet<string> = new Set(
  [
    "not dont doesnt didnt never no without nicht kein keinen nie pas jamais sans",
    "sin nunca nao non niet geen",
  ].flatMap((words) => words.split(" ")),
);

function isDenied(tokens: readonly string[], at: number): boolean {
  return tokens.slice(Math.max(0, at - negationReach), at).some((token) => denials.has(token));
}
