// Owns the check digits that are no country's own: Luhn and ISO 7064 mod 97-10. Knows no identifier.

/** Of digits alone. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = digits.length - 1, isDoubled = false; index >= 0; index--, isDoubled = !isDoubled) {
    const digit = digits.charCodeAt(index) - 0x30;
    const value = isDoubled ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** Digits and letters in upper case, with A as 10: the remainder of the number they spell. */
export function remainder97(signs: string): number {
  let rest = 0;
  for (let index = 0; index < signs.length; index++) {
    const code = signs.charCodeAt(index);
    rest = code >= 0x41 ? (rest * 100 + code - 55) % 97 : (rest * 10 + code - 0x30) % 97;
  }
  return rest;
}
