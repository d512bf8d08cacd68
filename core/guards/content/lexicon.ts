// Owns the one lexicon of harmful content's concepts that all readers share. Knows no text.

import { Lexicon } from "../classifier/lexicon.ts";
import { english } from "./lexicon-english.ts";
import { world } from "./lexicon-world.ts";

let made: Lexicon | undefined;

/** Made on first use. */
export function contentLexicon(): Lexicon {
  made ??= new Lexicon([...english, ...world]);
  return made;
}
