// Owns finding one's way over the bytes of a JSON text: ends of strings and values. Must not judge the text.

export const quote = 0x22;
export const backslash = 0x5c;
export const comma = 0x2c;
export const colon = 0x3a;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;

/** Strings longer than this are searched natively, whose start costs about as much as so many bytes here. */
const nearBytes = 32;

/** `at` stands after the opening quote. The closing quote's index; -1 where there is none before `end`. */
export function endOfString(bytes: Buffer, at: number, end: number): number {
  let index = at;
  for (;;) {
    const near = Math.min(index + nearBytes, end);
    for (; index < near; index++) {
      const byte = bytes[index];
      if (byte === quote) return index;
      if (byte === backslash) index++;
    }
    if (index >= end) return -1;
    const found = bytes.indexOf(quote, index);
    if (found === -1 || found >= end) return -1;
    let slashes = found;
    while (slashes > index && bytes[slashes - 1] === backslash) slashes--;
    if ((found - slashes) % 2 === 0) return found;
    index = found + 1;
  }
}

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export function skipSpace(bytes: Buffer, at: number): number {
  let index = at;
  while (isSpace(bytes[index])) index++;
  return index;
}

/** Of a text already read as JSON; `at` stands on the value's first byte. The index after its last. */
export function endOfValue(bytes: Buffer, at: number): number {
  const end = bytes.length;
  let depth = 0;
  for (let index = at; index < end; index++) {
    const byte = bytes[index];
    if (byte === quote) index = endOfString(bytes, index + 1, end);
    else if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) depth--;
    else if (depth > 0) continue;
    else return endOfScalar(bytes, index);
    if (depth === 0) return index + 1;
  }
  return end;
}

function endOfScalar(bytes: Buffer, at: number): number {
  let index = at;
  for (; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (byte <= 0x20 || byte === comma || byte === closeBrace || byte === closeBracket) break;
  }
  return index;
}
