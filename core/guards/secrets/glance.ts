// Owns telling at a glance that a text holds no secret: there is no long run of characters that could be a
// token, and behind no sign a value that a name could be one of. Knows no form of any.

import { type Sieve, sift, sign } from "../../text/sieve.ts";
import { lookAtOption, lookBehindSign } from "./assignments.ts";
import type { Known } from "./candidate.ts";
import { isAlnum, isBreak, isQuote, isSpace } from "./characters.ts";
import { lookAtCurl, lookAtUrl } from "./logins.ts";
import { pemMark } from "./pem.ts";
import { runMin } from "./runs.ts";
import { findForms, lookAtRun } from "./tokens.ts";

const gapMax = 10;
const valueMin = 8;
const schemeMin = 4;
/** The first two letters of each word for a way of authorizing. */
const schemes: ReadonlySet<number> = new Set(
  ["be", "ba", "to", "ap", "ge", "ss"].map((word) => word.charCodeAt(0) * 256 + word.charCodeAt(1)),
);
const [colon, slash, dash, backslash] = [0x3a, 0x2f, 0x2d, 0x5c];

/**
 * Whether a scanner finds nothing in the whole of a text, as far as that is told without reading it.
 * `isTold`: in sentences that tell a password too.
 */
export function isClearOfSecrets(text: string, { isTold }: { readonly isTold: boolean }): boolean {
  const seen = sift(text);
  if (seen.isUnread || (isTold && text.includes("assw"))) return false;
  if (seen.runs.count === 0 && (seen.kinds & (sign.naming | sign.dash)) === 0) return true;
  const known = { text, to: text.length, isEnd: true, bare: { start: 0, end: 0 } };
  return areSignsClear(seen, known) && areRunsClear(seen, known);
}

function areSignsClear({ text, bytes, signs, kinds }: Sieve, known: Known): boolean {
  const hasAt = (kinds & sign.at) !== 0;
  let hasDashes = false;
  for (let index = 0, { count } = signs; index < count; index++) {
    const at = signs.at[index] as number;
    const unit = bytes[at] as number;
    if (unit === dash) {
      hasDashes ||= bytes[at + 1] === dash;
      if (!isDashClear(bytes, known, at)) return false;
    } else if (unit === colon && bytes[at + 1] === slash && bytes[at + 2] === slash) {
      if (hasAt && lookAtUrl(known, at) !== undefined) return false;
    } else if ((unit === colon || unit === 0x3d || unit === 0x3e) && hasValue(bytes, at + 1)) {
      if (lookBehindSign(known, at) !== undefined) return false;
    }
  }
  return !hasDashes || !text.includes(pemMark);
}

/** An option's dash stands behind a gap and before its name. */
function isDashClear(bytes: Uint8Array, known: Known, at: number): boolean {
  const next = bytes[at + 1] as number;
  if (next !== dash && !isAlnum(next)) return true;
  if (at > 0 && !isBreak(bytes[at - 1] as number)) return true;
  return lookAtCurl(known, at) === undefined && lookAtOption(known, at) === undefined;
}

/** What stands behind a sign may be a value, by its length and the characters in it. */
function hasValue(bytes: Uint8Array, from: number): boolean {
  let at = from;
  let quote = 0;
  for (; at - from <= gapMax; at++) {
    const unit = bytes[at] as number;
    if (isQuote(unit)) quote = unit;
    else if (isSpace(unit)) quote = 0;
    else if (unit !== 0x3d && unit !== 0x3e && unit !== colon) {
      if (unit !== backslash || !isQuote(bytes[at + 1] as number)) break;
    }
  }
  const start = at;
  let hasSign = false;
  for (let unit = bytes[at] as number; unit > 0x20 && unit < 0x7f; unit = bytes[++at] as number) {
    if (quote === 0 ? isBreak(unit) : unit === quote) break;
    hasSign ||= (unit | 0x20) < 0x61 || (unit | 0x20) > 0x7a;
    if (hasSign && at - start >= valueMin - 1) return true;
  }
  return (
    at - start >= schemeMin &&
    schemes.has(((bytes[start] as number) | 0x20) * 256 + ((bytes[start + 1] as number) | 0x20))
  );
}

function areRunsClear({ text, bytes, runs }: Sieve, known: Known): boolean {
  for (let index = 0; index < runs.count; index++) {
    let start = runs.at[index] as number;
    for (let at = start; ; at++) {
      const unit = bytes[at] as number;
      if (!isBreak(unit)) continue;
      if (at - start >= runMin && !isRunClear(text, known, { from: start, end: at })) return false;
      start = at + 1;
      if (unit <= 0x20) break;
    }
  }
  return true;
}

function isRunClear(
  text: string,
  known: Known,
  run: { readonly from: number; readonly end: number },
): boolean {
  return findForms(known, run).length === 0 && lookAtRun(text, run.from, run.end) === undefined;
}
