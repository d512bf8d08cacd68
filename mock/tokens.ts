// Owns the provider's token rule; knows nothing of requests or answers.

/**
 * A token is the white space before a word and up to eight characters of it; longer words are several
 * tokens. `pieces(text).join("")` is the text.
 */
const tokenPattern = /\s*\S{1,8}|\s+/gu;

export function pieces(text: string): string[] {
  return text.match(tokenPattern) ?? [];
}

const wordCharactersMax = 8;

/** The number of `pieces(text)`, without making them. */
export function countTokens(text: string): number {
  let tokens = 0;
  let wordCharacters = 0;
  let hasOpenSpace = false;
  for (const character of text) {
    if (isSpace(character)) {
      hasOpenSpace = true;
      wordCharacters = 0;
    } else {
      if (wordCharacters === 0) tokens += 1;
      hasOpenSpace = false;
      wordCharacters = (wordCharacters + 1) % wordCharactersMax;
    }
  }
  return hasOpenSpace ? tokens + 1 : tokens;
}

function isSpace(character: string): boolean {
  if (character < "\u00a0") return character === " " || (character >= "\t" && character <= "\r");
  return /\s/u.test(character);
}
