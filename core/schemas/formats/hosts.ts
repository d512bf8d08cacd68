// Owns the names and numbers that hosts have, in ASCII and not: RFC 1123, RFC 5891 to 5893. Resolves none.

import { isIPv4, isIPv6 as isIPv6OrScoped } from "node:net";
import { domainToASCII, domainToUnicode } from "node:url";

export { isIPv4 };

const hostCharsMax = 253;
const labelCharsMax = 63;
const asciiLabel = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

/** Without a zone. */
export function isIPv6(text: string): boolean {
  return !text.includes("%") && isIPv6OrScoped(text);
}

export function isHostname(text: string): boolean {
  return text.length <= hostCharsMax && text.split(".").every(isAsciiLabel);
}

export function isIdnHostname(text: string): boolean {
  if (text.length > hostCharsMax) return false;
  const labels = text.split(/[.\u3002\uff0e\uff61]/);
  const runsLeft = leftwards.test(text);
  return labels.every((label) => {
    return (isAsciiLabel(label) || isUnicodeLabel(label)) && (!runsLeft || runsOneWay(label));
  });
}

function isAsciiLabel(label: string): boolean {
  if (label.length > labelCharsMax || !asciiLabel.test(label)) return false;
  if (label.slice(2, 4) !== "--") return true;
  if (!/^xn--/i.test(label)) return false;
  const unicode = domainToUnicode(label);
  return domainToASCII(unicode) === label.toLowerCase() && isUnicodeLabel(unicode);
}

/** RFC 5892, 2.6: what the rules alone would judge otherwise. */
const allowed = /[\u00df\u03c2\u06fd\u06fe\u0f0b\u3007]/;
const disallowed = /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]/;
const letterOrDigit = /^[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]$/u;
const oldHangul = /[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/;
/** Right where they stand beside certain others, RFC 5892, Appendix A. */
const inContext = /[\u00b7\u0375\u05f3\u05f4\u30fb\u0660-\u0669\u06f0-\u06f9\u200c\u200d]/;
const viramas = new RegExp(
  "[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca" +
    "\\u0e3a\\u0f84\\u1039\\u1714\\u17d2\\u1b44]",
);

function isUnicodeLabel(label: string): boolean {
  const isWrittenWrong =
    label === "" ||
    label !== label.normalize("NFC") ||
    /^\p{M}/u.test(label) ||
    /^-|-$|^..--/u.test(label) ||
    encodedLength(label) > labelCharsMax;
  if (isWrittenWrong || !fitsTogether(label)) return false;
  return [...label].every((sign, at, signs) => (inContext.test(sign) ? fits(at, signs) : isValid(sign)));
}

/** A bound from below on the length in Punycode. */
function encodedLength(label: string): number {
  return /^[\0-\x7f]*$/.test(label) ? label.length : "xn--".length + [...label].length;
}

function isValid(sign: string): boolean {
  if (allowed.test(sign)) return true;
  if (disallowed.test(sign) || oldHangul.test(sign)) return false;
  if (/^[a-z0-9-]$/.test(sign)) return true;
  const folded = sign.normalize("NFKC").toLowerCase().normalize("NFKC");
  return letterOrDigit.test(sign) && folded === sign;
}

/** Digits of two Arabic sets are never mixed; a Katakana dot needs a Japanese sign beside it. */
function fitsTogether(label: string): boolean {
  if (/[\u0660-\u0669]/.test(label) && /[\u06f0-\u06f9]/.test(label)) return false;
  if (!label.includes("\u30fb")) return true;
  return /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(label.replaceAll("\u30fb", ""));
}

/** Letters that are written from right to left. */
const leftwards = new RegExp(
  "[\\u05d0-\\u065f\\u066e-\\u06ef\\u06fa-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc" +
    "\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]",
  "u",
);

/** RFC 5893, 2, by the signs that can stand in a label at all. */
function runsOneWay(label: string): boolean {
  const first = String.fromCodePoint(label.codePointAt(0) ?? 0);
  if (!/\p{L}/u.test(first) && (!leftwards.test(first) || /[\p{N}\p{M}]/u.test(first))) return false;
  if (!leftwards.test(label)) return true;
  const isMixed = /[0-9\u06f0-\u06f9]/.test(label) && /[\u0660-\u0669]/.test(label);
  return !isMixed && [...label].every((sign) => leftwards.test(sign) || !/\p{L}/u.test(sign));
}

function fits(at: number, signs: readonly string[]): boolean {
  const [before = "", sign = "", after = ""] = [signs[at - 1], signs[at], signs[at + 1]];
  switch (sign) {
    case "\u00b7":
      return before === "l" && after === "l";
    case "\u0375":
      return /\p{Script=Greek}/u.test(after);
    case "\u05f3":
    case "\u05f4":
      return /\p{Script=Hebrew}/u.test(before);
    case "\u200d":
      return viramas.test(before);
    case "\u200c":
      return viramas.test(before) || /\p{Script=Arabic}/u.test(before + after);
    default:
      return true;
  }
}
