// Owns the check digits of identifiers that the library does not have. Knows no text.

import { isLuhn } from "../checksums.ts";
import type { Check } from "./rule.ts";

function weighted(signs: string, weights: readonly number[]): number {
  let sum = 0;
  for (const [index, weight] of weights.entries()) sum += (signs.charCodeAt(index) - 0x30) * weight;
  return sum;
}

const lastDigit = (signs: string) => signs.charCodeAt(signs.length - 1) - 0x30;

/** United Kingdom: ten digits, weights ten to two, modulo eleven. */
export const isNhs: Check = (signs) =>
  (11 - (weighted(signs, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === lastDigit(signs);

/** United States: Luhn behind the prefix of its issuer. */
export const isNpi: Check = (signs) => isLuhn(`80840${signs}`);

/** Germany: the letter is its place in the alphabet in two digits; Luhn from the left. */
export const isKvnr: Check = (signs) => {
  const place = signs.charCodeAt(0) - 0x40;
  const digits = `${String(place).padStart(2, "0")}${signs.slice(1, -1)}`;
  let sum = 0;
  for (const [index, sign] of Array.from(digits).entries()) {
    const value = Number(sign) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === lastDigit(signs);
};

/** Russia: nine digits with weights nine to one, and two that check them. */
export const isSnils: Check = (signs) => {
  const rest = weighted(signs, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101;
  return (rest === 100 ? 0 : rest) === Number.parseInt(signs.slice(9), 10);
};

const singaporeWeights = [0, 2, 7, 6, 5, 4, 3, 2];
const singaporeLetters: Readonly<Record<string, readonly [letters: string, offset: number]>> = {
  S: ["JZIHGFEDCBA", 0],
  T: ["JZIHGFEDCBA", 4],
  F: ["XWUTRQPNMLK", 0],
  G: ["XWUTRQPNMLK", 4],
  M: ["KLJNPQRTUWX", 3],
};

export const isNric: Check = (signs) => {
  const [letters = "", offset = 0] = singaporeLetters[signs.charAt(0)] ?? [];
  const sum = weighted(`0${signs.slice(1, 8)}`, singaporeWeights) + offset;
  const place = signs.startsWith("M") ? 10 - (sum % 11) : sum % 11;
  return letters.charAt(place) === signs.charAt(8);
};

/** Japan: weights six to two, then seven to two. */
export const isMyNumber: Check = (signs) => {
  const rest = weighted(signs, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest <= 1 ? 0 : 11 - rest) === lastDigit(signs);
};

/** Iran: weights ten to two, modulo eleven. */
export const isCodeMelli: Check = (signs) => {
  const rest = weighted(signs, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return !/^(\d)\1+$/.test(signs) && (rest < 2 ? rest : 11 - rest) === lastDigit(signs);
};

/** Australia: the ninth digit checks eight. */
export const isMedicare: Check = (signs) =>
  weighted(signs, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === signs.charCodeAt(8) - 0x30;

/** Poland: three letters and six digits, the fourth sign checks. */
export const isPolishCard: Check = (signs) => {
  const value = (sign: string) => (/\d/.test(sign) ? Number(sign) : sign.charCodeAt(0) - 55);
  const weights = [7, 3, 1, 0, 7, 3, 1, 7, 3];
  const sum = Array.from(signs).reduce(
    (total, sign, index) => total + value(sign) * (weights[index] ?? 0),
    0,
  );
  return sum % 10 === Number(signs.charAt(3));
};

/** Luxembourg: the twelfth digit is Luhn's. */
export const isMatricule: Check = (signs) => isLuhn(signs.slice(0, 12));

/** Hungary: weights one to nine, modulo eleven. */
export const isHungarianTax: Check = (signs) =>
  weighted(signs, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === lastDigit(signs);

/** Hungary: three and seven in turn. */
export const isTaj: Check = (signs) => weighted(signs, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === lastDigit(signs);
