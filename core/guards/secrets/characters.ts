// Owns the kinds of characters that secrets and the text around them are made of. Knows no secret.

const kinds = {
  lower: 1,
  upper: 2,
  digit: 4,
  hexLower: 8,
  hexUpper: 16,
  under: 32,
  dash: 64,
  plusSlash: 128,
  dot: 256,
  equals: 512,
  tilde: 1024,
  /** Ends a run of characters: white space, quotes, brackets, commas, all that is not ASCII. */
  breaks: 2048,
  base32: 4096,
} as const;

const alnum = kinds.lower | kinds.upper | kinds.digit;

/** As the forms of tokens name them. */
export const charsets: Readonly<Record<string, number>> = {
  a: alnum,
  w: alnum | kinds.under | kinds.dash,
  v: alnum | kinds.under,
  t: alnum | kinds.under | kinds.dash | kinds.dot | kinds.equals,
  e: alnum | kinds.under | kinds.dash | kinds.equals,
  z: alnum | kinds.under | kinds.dash | kinds.dot | kinds.tilde,
  m: alnum | kinds.dash,
  b: alnum | kinds.plusSlash,
  q: kinds.equals,
  p: alnum | kinds.plusSlash | kinds.equals,
  u: kinds.upper | kinds.digit,
  l: kinds.lower | kinds.digit,
  c: kinds.lower | kinds.upper,
  h: kinds.hexLower | kinds.digit,
  x: kinds.hexLower | kinds.hexUpper | kinds.digit,
  d: kinds.digit,
  k: kinds.base32,
};

const table = new Uint16Array(65_536).fill(kinds.breaks);

function mark(characters: string, kind: number): void {
  for (let at = 0; at < characters.length; at += 1) {
    const code = characters.charCodeAt(at);
    table[code] = ((table[code] ?? 0) & ~kinds.breaks) | kind;
  }
}

mark("abcdefghijklmnopqrstuvwxyz", kinds.lower);
mark("ABCDEFGHIJKLMNOPQRSTUVWXYZ", kinds.upper);
mark("0123456789", kinds.digit);
mark("abcdef", kinds.hexLower);
mark("ABCDEF", kinds.hexUpper);
mark("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", kinds.base32);
mark("_", kinds.under);
mark("-", kinds.dash);
mark("+/", kinds.plusSlash);
mark(".", kinds.dot);
mark("=", kinds.equals);
mark("~", kinds.tilde);
mark("!#$%&*:?@\\^|", 0);

/** Whether the character is of one of the kinds in the set. */
export const isIn = (code: number, set: number): boolean => ((table[code] ?? 0) & set) !== 0;

export const isBreak = (code: number): boolean => isIn(code, kinds.breaks);
export const isAlnum = (code: number): boolean => isIn(code, alnum);
export const isDigit = (code: number): boolean => isIn(code, kinds.digit);
export const isUpper = (code: number): boolean => isIn(code, kinds.upper);
export const isLower = (code: number): boolean => isIn(code, kinds.lower);
export const isHex = (code: number): boolean => isIn(code, kinds.hexLower | kinds.hexUpper | kinds.digit);

/** Space, tab, line ends. */
export const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
/** Quotation marks of code and of Markdown. */
export const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96;

/** The first place from `from` on, up to `to`, whose character is not in the set. */
export function endOf(text: string, from: number, { to, set }: { to: number; set: number }): number {
  let at = from;
  while (at < to && isIn(text.charCodeAt(at), set)) at += 1;
  return at;
}

/**
 * Whether a token may begin there: not inside a word, a number or a file's ending. Escapes that a text still
 * shows (`\n`, `%3D`) do not count as letters.
 */
export function beginsWord(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = text.charCodeAt(at - 1);
  if (before === 46 || before === 43) return false;
  if (!isAlnum(before)) return true;
  const second = at < 2 ? 0 : text.charCodeAt(at - 2);
  if (second === 92) return before === 110 || before === 114 || before === 116;
  return at >= 3 && isHex(before) && isHex(second) && text.charCodeAt(at - 3) === 37;
}

/** Whether a token may end there: what follows is not more of the same word. */
export function endsWord(text: string, at: number): boolean {
  if (at >= text.length) return true;
  const next = text.charCodeAt(at);
  if (isAlnum(next) || next === 95) return false;
  return next !== 45 || at + 1 >= text.length || !isAlnum(text.charCodeAt(at + 1));
}
