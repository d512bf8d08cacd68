// Owns what must hold of a token beyond its form: that it is drawn by lot, and no example of its vendor's.
// Knows no text around it.

import { spreadOf } from "../../text/randomness.ts";
import { isDigit, isLower, isUpper } from "./characters.ts";
import { isFilledIn, isPublished } from "./placeholders.ts";

/** `from`: where the part begins that differs from token to token. */
export type Check = (token: string, from: number) => boolean;

const varietyMin = 6;
const entropyMin = 2.2;

const random: Check = (token, from) => {
  if (isFilledIn(token) || isPublished(token)) return false;
  const body = token.slice(Math.min(from, Math.max(0, token.length - 12)));
  const { variety, entropy } = spreadOf(body);
  return variety >= varietyMin && entropy >= entropyMin;
};

const decode = (text: string): string => Buffer.from(text, "base64url").toString("latin1");

export const checks = {
  random,
  /** Also what repeats one letter: the prefix is said for nothing else. */
  plain: (token) => !isFilledIn(token),
  aws: (token, from) => !token.endsWith("EXAMPLE") && random(token, from),
  google: (token, from) => spreadOf(token).entropy >= 4 && random(token, from),
  anthropic: (token, from) =>
    token.endsWith("AA") && !/^sk-ant-[a-z]+\d\d-abc123/.test(token) && random(token, from),
  /** The middle of every key of theirs. */
  openai: (token, from) => token.includes("T3BlbkFJ") && random(token, from),
  /** Where the prefix is a word of code (`s.`), all kinds of characters. */
  mixed: (token, from) =>
    [isDigit, isLower, isUpper].every((isKind) => {
      for (let at = from; at < token.length; at += 1) if (isKind(token.charCodeAt(at))) return true;
      return false;
    }) && random(token, from),
  jwt: (token) => {
    const header = decode(token.slice(0, token.indexOf(".")));
    return header.includes('"alg"') && !isFilledIn(token.slice(0, 512));
  },
  /** A JWT in base64 once more, as Kubernetes keeps it. */
  wrapped: (token) => /^eyJ[\w-]{10,4000}\.[\w-]{4,8000}\./.test(decode(token)),
} as const satisfies Record<string, Check>;
