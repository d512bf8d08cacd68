// Owns whether a text is a pattern of ECMA-262: the engine's own word, which it throws. Matches nothing.

import { patternCharsMax } from "./translate.ts";

export function isRegex(text: string): boolean {
  if (text.length > patternCharsMax) return false;
  try {
    return new RegExp(text, "u") instanceof RegExp;
  } catch {
    return false;
  }
}
