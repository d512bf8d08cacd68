// Owns postal addresses, as far as a house number beside a word for a street goes. Best effort. Knows no
// other kind.

import type { Match, Sight, Verdict } from "./match.ts";

const beforeUnits = 48;
const addressUnitsMax = 120;

/** As written in small letters, with a capital, in capitals: what follows depends on capitals elsewhere. */
const anyCase = (words: string) =>
  words
    .split("|")
    .flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()])
    .join("|");

const word = "[\\p{L}\\p{M}.'’-]+";
const streetWords = anyCase(
  "st|street|ave|avenue|av|rd|road|ln|lane|blvd|boulevard|dr|drive|way|ct|court|pl|place|sq|square|" +
    "ter|terrace|hwy|highway|pkwy|parkway|cres|crescent|close|grove|row|alley|trail|loop|park|hill|mews|" +
    "walk|quay",
);
/** Street names that hold the word, as German, Dutch and Scandinavian ones do. */
const joined =
  "\\p{L}{2,24}(?:straße|strasse|str|gasse|weg|platz|allee|ufer|straat|laan|plein|gracht|vej|gade|" +
  "gatan|vägen|veien|gate|tie|katu)";
const leading = anyCase(
  "rue|avenue|boulevard|allée|place|chemin|impasse|quai|via|viale|piazza|corso|calle|avenida|plaza|" +
    "paseo|camino|rua|praça|travessa|ulica|ul|aleja|улица|ул|проспект",
);
const end = "(?![\\p{L}\\d])";
const inside = anyCase("apt|apartment|suite|ste|unit|flat|floor|room|rm");
const unit = `(?:[, ]{1,2}(?:${inside}|#)[. ]{0,2}[\\dA-Za-z-]{1,6})?`;
/** Town, region and code, each on a line of its own or behind a comma. */
const place = "(?:,? ?\\n? ?\\p{Lu}[\\p{L}'’-]+(?: \\p{Lu}[\\p{L}'’-]+){0,2})?";
const code = "(?:,? [A-Z]{2})?(?:[ ,\\n]{1,3}\\d{4,6}(?:-\\d{4})?)?";

/** From the number on: `12 Main Street, Apt 4, Springfield, IL 62701`. */
const numberFirst = [
  `\\d{1,5}[a-zA-Z]?,? (?:${word} ){0,4}(?:${streetWords}|${joined})${end}\\.?${unit}${place}${code}`,
  `\\d{1,5}(?: ?bis| ?ter)?,? (?:${leading})\\.?(?: ${word}){1,5}${unit}`,
  // No word for a street, but a flat: `92 Eusebio Dávila 57, Apt. 4`.
  `\\d{1,5},?(?: [\\p{L}\\d.'’-]+){1,6}[ ,\\n]{1,3}(?:${inside})[. ]{1,2}\\d{1,6}${place}${code}`,
].map((form) => new RegExp(`^${form}`, "u"));
/** Up to the number: `Hauptstraße 5`, `Via Roma 12`. */
const streetFirst = new RegExp(`(?:(?<!\\p{L})(?:${leading})\\.?(?: ${word}){1,4}|${joined}),? $`, "u");
const box = /(?:p\.? ?o\.? box|postfach|box|psc|apartado|casella postale) $/iu;

/** At a group of digits. */
export function address(sight: Sight): Verdict {
  const { text, groups, isLast } = sight;
  const start = groups.startOf(0);
  if (groups.kindOf(0) === "a" || groups.lengthOf(0) > 6) return undefined;
  if (!isLast && text.length < start + addressUnitsMax) return "wait";
  const seen = text.slice(start, start + addressUnitsMax);
  for (const form of numberFirst) {
    const found = form.exec(seen);
    if (found !== null) return asMatch(start, start + found[0].length, 0.6);
  }
  const from = Math.max(sight.floor, start - beforeUnits);
  const before = text.slice(from, start);
  const found = streetFirst.exec(before) ?? box.exec(before);
  return found === null ? undefined : asMatch(from + found.index, groups.endOf(0), 0.55);
}

const asMatch = (start: number, end: number, score: number): Match => ({
  type: "address",
  start,
  end,
  score,
  method: "pattern",
});
