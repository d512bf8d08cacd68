// Owns the words that log probabilities repeat, in whatever shape they come. Knows no vendor and no guard.

import type { JsonValue } from "../../contracts/json.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

/** The tokens that were chosen, list by list; what was not chosen is no word of the answer. */
export function tokenTexts(value: JsonValue): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  if (Array.isArray(value)) addTokens(texts, "", value);
  else if (isObject(value)) {
    for (const [name, list] of Object.entries(value)) {
      if (Array.isArray(list)) addTokens(texts, name, list);
    }
  }
  // In a shape that nobody knows everything may be one.
  if (texts.size === 0) texts.set("", JSON.stringify(value));
  return texts;
}

function addTokens(texts: Map<string, string>, name: string, list: readonly JsonValue[]): void {
  const tokens = list.flatMap((element) => {
    if (typeof element === "string") return [element];
    return isChosen(element) ? [element.token] : [];
  });
  if (tokens.length > 0) texts.set(name, tokens.join(""));
}

function isChosen(element: JsonValue): element is JsonObject & { readonly token: string } {
  return isObject(element) && typeof element.token === "string";
}
