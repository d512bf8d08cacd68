// Owns telling names and seals from what somebody may have written in their place. Knows no field.

/** Ids, kinds, and base64: whatever is more than one word may be said to somebody. */
const oneWord = /^[\w+/=.:-]*$/;

export function isOneWord(text: string): boolean {
  return oneWord.test(text);
}
