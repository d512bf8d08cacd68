// Owns where in the end of a text a match may have begun that nothing shows yet. Knows no kind of personal
// data.

import { isAlnum, isWordSign } from "./signs.ts";

/** Signs that stand between a word and what may join it, as in `name [at] …`, `(+1 …`. */
const joining = " +([{<\"'.-_";
const joiningMax = 4;

interface Bounds {
  /** The last match ended there. */
  readonly floor: number;
  /** No match begins unseen further back. */
  readonly units: number;
  /** Words before the last one that a match may begin with unseen, whatever the last one is. */
  readonly words: number;
}

/**
 * The last word before `end`; where it is none, or starts with a digit, the one before it as well: a month, a
 * name before `[at]`, the letters of a passport.
 */
export function openStart(text: string, end: number, { floor, units, words }: Bounds): number {
  const min = Math.max(0, floor, end - units);
  let run = startOfRun(text, end, min);
  const isWord = run < end && isWordSign(text.charCodeAt(run));
  for (let back = Math.max(words, isWord ? 0 : 1); back > 0; back--) {
    let at = run;
    while (at > min && run - at < joiningMax && joining.includes(text.charAt(at - 1))) at--;
    if (at === run) return run;
    run = startOfRun(text, at, min);
  }
  return run;
}

function startOfRun(text: string, end: number, min: number): number {
  let at = end;
  while (at > min) {
    const code = text.charCodeAt(at - 1);
    if (!isAlnum(code) && !isWordSign(code) && !"._%+'-\"".includes(text.charAt(at - 1))) break;
    at--;
  }
  return at;
}
