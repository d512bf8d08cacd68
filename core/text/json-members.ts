// Owns the count of a JSON text's members before the parser drops the first of two with the same name. Must
// not know what the text says.

import * as scan from "./scan.ts";

/** Arrays and objects in one another, at most. */
export const jsonDepthMax = 128;

/** `{`, `[`, `:` and `,` outside strings, at most: parsing costs up to 1 µs each, and nothing else runs. */
export const jsonMarksMax = 500_000;

const space = 0x20;

export type Miscount = "truncated" | "deep" | "busy";

/** Exactly: colons outside strings. The text need not be JSON. */
export function countMembers(text: string): number | Miscount {
  const end = text.length;
  let members = 0;
  let others = 0;
  let depth = 0;
  for (let index = 0; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code <= space) continue;
    if (code === scan.quote) {
      index = endOfString(text, index + 1);
      if (index === -1) return "truncated";
    } else if (code === scan.comma) others++;
    else if (code === scan.colon) members++;
    else if (code === scan.openBrace || code === scan.openBracket) {
      others++;
      if (++depth > jsonDepthMax) return "deep";
    } else if (code === scan.closeBrace || code === scan.closeBracket) depth--;
  }
  if (members + others > jsonMarksMax) return "busy";
  return depth > 0 ? "truncated" : members;
}

/**
 * Never fewer than there are, in less time: colons behind a quote. Only a string that begins with a colon has
 * one that is none. The text has to be JSON.
 */
export function countMembersAtMost(text: string): number {
  let members = 0;
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) {
    if (isBehindQuote(text, at)) members++;
  }
  return members;
}

function isBehindQuote(text: string, at: number): boolean {
  let quote = at - 1;
  while (text.charCodeAt(quote) <= space) quote--;
  if (text.charCodeAt(quote) !== scan.quote) return false;
  let start = quote;
  while (text.charCodeAt(start - 1) === scan.backslash) start--;
  return (quote - start) % 2 === 0;
}

/** `at` stands after the opening quote. The closing quote's index; -1 where there is none. */
export function endOfString(text: string, at: number): number {
  let index = at;
  for (;;) {
    const found = text.indexOf('"', index);
    if (found === -1) return -1;
    let slashes = found;
    while (slashes > index && text.charCodeAt(slashes - 1) === scan.backslash) slashes--;
    if ((found - slashes) % 2 === 0) return found;
    index = found + 1;
    // Escapes come in runs, and a search for each would cost more than the run.
    while (text.charCodeAt(index) === scan.backslash) index += 2;
  }
}
