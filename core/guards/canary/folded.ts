// Owns reading a text as its letters and digits alone: without case, spaces, signs, invisible characters,
// accents and look-alikes. Knows no token.

/** 0: left out. 1 to 36: a letter or digit. 37: a character of another script, which ends what was read. */
export const symbolCount = 38;
const other = 37;

const ascii = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code).toLowerCase();
  if (character >= "a" && character <= "z") ascii[code] = character.charCodeAt(0) - 96;
  if (character >= "0" && character <= "9") ascii[code] = character.charCodeAt(0) - 21;
}

/** Letters that look like Latin ones and do not fall apart into them. */
const alike: Readonly<Record<string, string>> = {
  а: "a",
  в: "b",
  с: "c",
  ԁ: "d",
  е: "e",
  һ: "h",
  і: "i",
  ј: "j",
  к: "k",
  м: "m",
  н: "h",
  о: "o",
  р: "p",
  ԛ: "q",
  ѕ: "s",
  т: "t",
  х: "x",
  у: "y",
  ԝ: "w",
  α: "a",
  ε: "e",
  ι: "i",
  κ: "k",
  ν: "v",
  ο: "o",
  ρ: "p",
  τ: "t",
  υ: "u",
  χ: "x",
  ı: "i",
  ł: "l",
  ø: "o",
};

const cache = new Map<number, number>();
const cacheMax = 4_096;

/** Of a code point. */
export function symbolOf(point: number): number {
  if (point < 128) return ascii[point] ?? 0;
  const known = cache.get(point);
  if (known !== undefined) return known;
  const symbol = foldOther(String.fromCodePoint(point));
  if (cache.size < cacheMax) cache.set(point, symbol);
  return symbol;
}

function foldOther(character: string): number {
  const lower = character.toLowerCase();
  const [first = ""] = (alike[lower] ?? lower).normalize("NFKD").toLowerCase();
  const symbol = first.charCodeAt(0) < 128 ? (ascii[first.charCodeAt(0)] ?? 0) : 0;
  if (symbol > 0) return symbol;
  return /[\p{L}\p{N}]/u.test(character) ? other : 0;
}

/** All symbols of a text, those left out not among them. */
export function fold(text: string): number[] {
  return Array.from(text, (character) => symbolOf(character.codePointAt(0) ?? 0)).filter(
    (symbol) => symbol > 0,
  );
}
