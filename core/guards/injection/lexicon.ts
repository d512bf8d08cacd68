// Owns the one lexicon of concepts that all readers share. Knows no text.

import { Lexicon, type WordLists } from "../classifier/lexicon.ts";
import { english, turned } from "./lexicon-english.ts";
import { european } from "./lexicon-european.ts";
import { world } from "./lexicon-world.ts";

/** Thirteen letters on. */
function rotate(word: string): string {
  return word.replaceAll(/[a-z]/g, (letter) => {
    const place = letter.charCodeAt(0) - 97;
    return String.fromCharCode(97 + ((place + 13) % 26));
  });
}

function turnedWords(): WordLists {
  return english.map(([concept, words]) => {
    const known = words.split(/\s+/).filter((word) => turned.includes(word));
    return [concept, known.flatMap((word) => [rotate(word), [...word].reverse().join("")]).join(" ")];
  });
}

/** A word with a hyphen or an apostrophe is two words to a reader: those are left out. */
export function conceptWords(): WordLists {
  const lists = [...english, ...european, ...world, ...turnedWords()];
  return lists.map(([concept, words]) => [concept, words.replaceAll(/\S*-\S*/g, "")]);
}

let made: Lexicon | undefined;

/** Made on first use. */
export function injectionLexicon(): Lexicon {
  made ??= new Lexicon(conceptWords());
  return made;
}
