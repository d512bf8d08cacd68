// Owns the mood of a message as a number from -1 to 1. Knows no signal.
// Negation, boosters and the curve are VADER's (Hutto and Gilbert 2014): sum / √(sum² + α).

import { boosters, dampeners, negations, weights } from "./lexicon.ts";
import { plainOf, type Words } from "./words.ts";

const alpha = 15;
/** With so many words α stands as it is; in longer messages single words weigh less. */
const plainWords = 20;
const negationFactor = -0.74;
const boostFactor = 1.3;
const dampFactor = 0.7;
const exclamationWeight = 0.3;
const exclamationsMax = 3;
/** Who says a word more often is no angrier, but quotes a report. */
const repeatsMax = 2;
/** Words before one that bear on it. */
const reach = 3;

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" ").map(plainOf));
const negating = setOf(negations);
const boosting = setOf(boosters);
const damping = setOf(dampeners);
const weightOf: ReadonlyMap<string, number> = new Map(
  weights.map(([word, weight]) => [plainOf(word), weight] as const),
);

export function sentimentOf({ tokens, exclamations }: Words): number {
  let sum = 0;
  const said = new Map<string, number>();
  for (const [at, token] of tokens.entries()) {
    const weight = weightOf.get(token);
    const times = said.get(token) ?? 0;
    if (weight === undefined || times === repeatsMax) continue;
    said.set(token, times + 1);
    sum += weight * factorAt(tokens, at);
  }
  if (sum !== 0) sum += Math.sign(sum) * exclamationWeight * Math.min(exclamations, exclamationsMax);
  return sum / Math.sqrt(sum * sum + alpha * Math.max(1, tokens.length / plainWords));
}

function factorAt(tokens: readonly string[], at: number): number {
  let factor = 1;
  for (const before of tokens.slice(Math.max(0, at - reach), at)) {
    if (negating.has(before)) factor *= negationFactor;
    else if (boosting.has(before)) factor *= boostFactor;
    else if (damping.has(before)) factor *= dampFactor;
  }
  return factor;
}
