// Owns the ways one character is written as several: backslash, percent and entity escapes. Knows no text
// around them.

const names: Readonly<Record<string, number>> = {
  amp: 0x26,
  lt: 0x3c,
  gt: 0x3e,
  quot: 0x22,
  apos: 0x27,
  nbsp: 0xa0,
};
const backslashed: Readonly<Record<string, number>> = {
  n: 0x0a,
  r: 0x0a,
  t: 0x09,
  '"': 0x22,
  "'": 0x27,
  "/": 0x2f,
  "\\": 0x5c,
};

/** What may become an escape when more follows; none is longer than ten units. */
export const open = -1;
export const none = -2;

function hexUnit(digits: string, length: number): number {
  if (!/^[0-9a-f]*$/i.test(digits)) return none;
  return digits.length < length ? open : Number.parseInt(digits, 16);
}

function backslash(rest: string): number {
  const [first] = rest;
  if (first === undefined) return open;
  if (first === "x") return hexUnit(rest.slice(1), 2);
  if (first === "u") {
    if (rest[1] !== "{") return hexUnit(rest.slice(1), 4);
    return braced(rest.slice(2));
  }
  return backslashed[first] ?? none;
}

function braced(rest: string): number {
  const match = /^([0-9a-f]{0,5})(\}?)$/i.exec(rest);
  if (match === null || (match[1] === "" && match[2] !== "")) return none;
  return match[2] === "" ? open : asUnit(Number.parseInt(match[1] ?? "", 16));
}

function entity(rest: string): number {
  if (rest.length > 8) return none;
  const number = /^#(?:x([0-9a-f]{0,5})|([0-9]{0,6}))(;?)$/i.exec(rest);
  if (number !== null) {
    if (number[3] === "") return open;
    const digits = number[1] ?? number[2] ?? "";
    return digits === "" ? none : asUnit(Number.parseInt(digits, number[1] === undefined ? 10 : 16));
  }
  if (!rest.endsWith(";")) return /^[a-z]{0,4}$/.test(rest) ? open : none;
  return names[rest.slice(0, -1)] ?? none;
}

/** What lies beyond the first plane is no letter of a word: its compatible letter where it has one. */
function asUnit(code: number): number {
  if (code < 0x10000) return code;
  return code > 0x10ffff ? 0xfffd : String.fromCodePoint(code).normalize("NFKC").charCodeAt(0);
}

/** The unit that the escape stands for, `open`, or `none`. It begins with `\`, `%` or `&`. */
export function readEscape(written: string): number {
  const rest = written.slice(1);
  if (written[0] === "\\") return backslash(rest);
  return written[0] === "%" ? hexUnit(rest, 2) : entity(rest);
}
