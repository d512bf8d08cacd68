// Owns how deep a text of SQL may nest before a parser reads it: parsers go back over some brackets again and
// again, twice as long for each that is within another. Knows no dialect and no table.

const depthMax = 6;
/** Of brackets that a parser tries in several ways: each level takes it about three times as long. */
const dearDepthMax = 2;
const dearMax = 12;
const wordsMax = 600;

/** In front of a bracket. */
const dearBefore: ReadonlySet<string> = new Set(["cast", "try_cast", "safe_cast", "convert", "interval"]);
/** Somewhere in it. */
const dearWithin: ReadonlySet<string> = new Set(["select", "with", "values", "join", "table"]);

const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|[\p{L}_][\p{L}\p{N}_]*|[^\s]/gu;

/** Why nobody should parse it; undefined: it may be parsed. */
export function nestingProblem(text: string): string | undefined {
  const open: boolean[] = [];
  let [dear, dearAll, words, before] = [0, 0, 0, ""];
  const mark = (): void => {
    if (open.length === 0 || open.at(-1) === true) return;
    open[open.length - 1] = true;
    dear += 1;
    dearAll += 1;
  };
  for (const [found] of text.matchAll(token)) {
    const word = found.toLowerCase();
    words += 1;
    if (word === "(" || word === "[") {
      open.push(false);
      if (dearBefore.has(before)) mark();
    } else if (word === ")" || word === "]") {
      if (open.length === 0) return unbalanced;
      if (open.pop() === true) dear -= 1;
    } else if (dearWithin.has(word)) mark();
    before = word;
    if (open.length > depthMax || dear > dearDepthMax || dearAll > dearMax) return "nests too deep";
    if (words > wordsMax) return `has more than ${wordsMax} words and signs`;
  }
  return open.length > 0 ? unbalanced : undefined;
}

const unbalanced = "has brackets that are not closed, or not opened";
