// Owns everything that looks random but is not: seeded numbers, ids and plausible text; knows no request.

export type Random = () => number;

/** FNV-1a over UTF-16 units: stable across runs and platforms. */
export function hashText(text: string, seed: number): number {
  let hash = (2166136261 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16777619);
  }
  return hash >>> 0;
}

/** Mulberry32: numbers in [0, 1), the same for the same seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function randomId(random: Random, length: number): string {
  let id = "";
  while (id.length < length) id += idAlphabet[Math.floor(random() * idAlphabet.length)];
  return id;
}

// No word is longer than seven letters: with a full stop it is still one token.
const words = (
  "the a answer depends on several small things and each of them can be checked by hand before you go " +
  "further because most systems fail where two parts meet so it helps to test that border first then " +
  "write down what was seen keep the notes short compare them with the plan and change one value at a " +
  "time until the result is stable after that share it with the team"
).split(" ");

const sentenceWordsMin = 6;
const sentenceWordsSpread = 9;

/** Plain sentences of exactly so many tokens, one piece a token. */
export function prose(random: Random, tokens: number): string[] {
  const sentence: string[] = [];
  let wordsLeft = 0;
  for (let index = 0; index < tokens; index += 1) {
    const isFirst = wordsLeft === 0;
    if (isFirst) wordsLeft = sentenceWordsMin + Math.floor(random() * sentenceWordsSpread);
    wordsLeft -= 1;
    const word = words[Math.floor(random() * words.length)] ?? "the";
    const cased = isFirst ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    const isLast = wordsLeft === 0 || index === tokens - 1;
    sentence.push(`${index === 0 ? "" : " "}${cased}${isLast ? "." : ""}`);
  }
  return sentence;
}
