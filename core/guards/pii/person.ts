// Owns names of persons, as far as signs around them go: a title, words that introduce one, a common given
// name. Best effort. Knows no other kind.

import { givenNames } from "./given-names.ts";
import type { Match, Sight, Verdict } from "./match.ts";

const nameUnitsMax = 64;
const tokensMax = 4;
const beforeUnits = 28;

/** One word of a name; sticky. A longer run is none, and is not read to its end. */
const token = /(?:\p{Lu}\.|\p{Lu}[\p{L}'’]{0,30}(?:-\p{Lu}\p{L}{1,30})?)(?![\p{L}'’])/uy;
/** What may stand between two: a blank, and the small words of names. */
const between =
  / (?:(?:de|del|della|di|da|dos|das|du|van|von|der|den|ter|zu|bin|ibn|al|el|la|le|y) ){0,2}(?=\p{Lu})/uy;

const titles =
  "mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|lady|lord|rev|hon|herr|frau|hr|fr|m|mme|mlle|" +
  "monsieur|madame|sr|sra|srta|señor|señora|don|doña|dott|sig|signor|signora|dhr|mevr|pan|pani|shri|smt";
const title = new RegExp(`(?:^|[^\\p{L}])(?:${titles})\\.? $`, "iu");
const introductions =
  "my name is|name is|i am|i'm|this is|named|called|dear|hi|hello|hey|sincerely|regards|cheers|signed|" +
  "names?|user|customer|client|patient|employee|attn|contact|ich heiße|mein name ist|je m'appelle|" +
  "me llamo|mi chiamo|меня зовут";
const introduction = new RegExp(`(?:${introductions})[,:"' ]{0,4}$`, "iu");

/** Words with a capital that are no names: months, days, countries' adjectives and what begins sentences. */
const others: ReadonlySet<string> = new Set(
  `mr mrs ms miss dr prof mr. mrs. ms. dr. i a an the this that these those it he she we you they my your
    our his her their is are was were be do does did have has can could would should will may might must
    not no yes ok please thanks thank hello hi hey dear and or but if when where what who why how which
    all any some more most other in on at to for from of with by as so then there here also monday
    tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december north south east west new street road avenue lane drive court
    place square united states world everyone all team university college school hospital bank company
    inc ltd llc gmbh corp group international national english french german spanish italian american
    british european chinese japanese russian user assistant system bot phone email name address date
    subject re fw note sent invoice order`.split(/\s+/),
);

/** At a capital letter. */
export function person(sight: Sight, at: number): Verdict {
  const { text, isLast, floor } = sight;
  if (at < floor || /[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return undefined;
  const name = readName(text, at);
  if (!isLast && text.length < name.end + 16) return "wait";
  if (name.tokens.length === 0) return undefined;
  const score = judge(text.slice(Math.max(0, at - beforeUnits), at), name.tokens);
  return score === 0 ? undefined : asMatch(at, name.end, score);
}

interface Name {
  readonly end: number;
  readonly tokens: readonly string[];
}

function readName(text: string, start: number): Name {
  const tokens: string[] = [];
  let end = start;
  let at = start;
  while (tokens.length < tokensMax && at - start < nameUnitsMax) {
    token.lastIndex = at;
    const word = token.exec(text)?.[0];
    if (word === undefined || others.has(word.toLowerCase())) break;
    tokens.push(word);
    end = at + word.length;
    between.lastIndex = end;
    const gap = between.exec(text)?.[0];
    if (gap === undefined) break;
    at = end + gap.length;
  }
  const isInitial = tokens.at(-1)?.endsWith(".") === true;
  return { end: isInitial && tokens.length === 1 ? end - 1 : end, tokens };
}

function judge(before: string, tokens: readonly string[]): number {
  const [first = ""] = tokens;
  const isFull = tokens.length > 1;
  if (title.test(before)) return 0.75;
  if (introduction.test(before)) return first.length > 1 ? 0.65 : 0;
  if (!givenNames.has(first.toLowerCase())) return isFull && first.length > 2 ? 0.3 : 0;
  return isFull ? 0.65 : 0.5;
}

const asMatch = (start: number, end: number, score: number): Match => ({
  type: "person",
  start,
  end,
  score,
  method: "pattern",
});
