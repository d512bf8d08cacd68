// Owns the cutting of text into pieces that a tokenizer takes in no time. Knows no tokenizer.

/** A run of 512 letters without a space takes 1 ms; the time grows with the square of its length. */
const pieceCharsMax = 512;
/** How far back a space is looked for, so that no word is cut. */
const wordCharsMax = 64;

/** A cut inside a word makes one token more at most, never one less. */
export function* piecesOf(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    const end = cutAfter(text, from);
    yield text.slice(from, end);
    from = end;
  }
}

function cutAfter(text: string, from: number): number {
  const end = from + pieceCharsMax;
  if (end >= text.length) return text.length;
  const space = text.lastIndexOf(" ", end);
  if (space > end - wordCharsMax) return space;
  return isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
