// Owns the forms in which a token may be given away: as it is, backwards, encoded. Knows no text.

import { fold } from "./folded.ts";

/** Fewer symbols may come about by chance. */
export const symbolsMin = 8;

export interface Form {
  readonly symbols: readonly number[];
  /** As it stands, or made unrecognisable first. */
  readonly isPlain: boolean;
}

/** Each once; a token that has too few letters and digits has none. */
export function formsOf(token: string): readonly Form[] {
  const plain = fold(token);
  if (plain.length < symbolsMin) return [];
  const hidden = [
    plain.toReversed(),
    fold(rotate(token)),
    ...[token, token.toLowerCase(), token.toUpperCase()].flatMap((spelled) => [
      fold(Buffer.from(spelled, "utf8").toString("hex")),
      ...base64Of(spelled).map(fold),
    ]),
  ];
  const seen = new Set([plain.join()]);
  const forms: Form[] = [{ symbols: plain, isPlain: true }];
  for (const symbols of hidden) {
    if (symbols.length < symbolsMin || seen.has(symbols.join())) continue;
    seen.add(symbols.join());
    forms.push({ symbols, isPlain: false });
  }
  return forms;
}

/**
 * What of it is the same whatever stands before and behind: the groups of three bytes begin at one of three
 * places.
 */
function base64Of(token: string): string[] {
  const bytes = Buffer.from(token, "utf8");
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const from = shift === 0 ? 0 : shift + 1;
    return encoded.slice(from, encoded.length - ((bytes.length + shift) % 3 === 0 ? 0 : 1));
  });
}

const rotate = (token: string): string =>
  token.replaceAll(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
