// Owns the classes of signs that candidates are cut by. Knows no kind of personal data.

export const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

export const isAsciiLetter = (code: number) =>
  (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);

/** A letter of a script that has words with spaces between them and lends letters to numbers. */
export const isAlphabetic = (code: number) =>
  isAsciiLetter(code) || (code >= 0xc0 && code <= 0x52f && code !== 0xd7 && code !== 0xf7);

/** What a number or a code is made of; what stands against it on either side is part of it. */
export const isAlnum = (code: number) => isDigit(code) || isAlphabetic(code);

export const isHex = (code: number) =>
  isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);

/** A letter of any script, roughly: what is neither punctuation nor a symbol. */
export function isWordSign(code: number): boolean {
  if (code < 0xc0) return isAsciiLetter(code);
  if (code === 0xd7 || code === 0xf7) return false;
  if (code >= 0x2000 && code <= 0x2bff) return false;
  if (code >= 0x3000 && code <= 0x303f) return false;
  if (code >= 0xd800 && code <= 0xf8ff) return false;
  return code < 0xfe00;
}

/** Written without spaces between words. */
export const isUnspaced = (code: number) => code >= 0x0e00 && (code <= 0x0eff || code >= 0x2e80);
