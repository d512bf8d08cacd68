// Owns whether a value could be the secret that its name says it is. Knows no text around the two.

import { changesOf, classesOf, spreadOf, varietyOf, wordShare } from "../../text/randomness.ts";
import type { Name, NameKind } from "./names.ts";
import { isPlaceholder, isSequence } from "./placeholders.ts";

export interface Judged {
  readonly type: string;
  readonly score: number;
}

export interface Value {
  readonly text: string;
  /** In quotes: what looks like code is none. */
  readonly isQuoted: boolean;
}

const uuid = /^[0-9a-fA-F]{8}(?:-[0-9a-zA-Z]{4}){3}-[0-9a-zA-Z]{12}$/;
const tokenLengthMin = 10;
const shortTokenMax = 15;
const passwordLengthMin = 8;

/** The types a value can be found as, beside those of vendors. */
export const valueTypes = [
  "password",
  "generic_secret",
  "authorization_header",
  "aws_secret_key",
  "azure_storage_key",
  "aws_account_id",
  "azure_id",
] as const;

/** Undefined: it is no secret, or nobody could tell. */
export function judgeValue({ kind, vendor }: Name, value: Value): Judged | undefined {
  const { text } = value;
  if (kind === "identifier") return judgeIdentifier(text);
  if (isPlaceholder(text)) return undefined;
  if (vendor?.shape.test(text) && (isDrawn(text) || (uuid.test(text) && varietyOf(text) >= 8)))
    return { type: vendor.type, score: 0.85 };
  if (vendor?.isOnly) return undefined;
  return byKind[kind](value);
}

const secretOf = (type: string, score: number): Judged => ({ type, score });

const byKind: Readonly<Record<NameKind, (value: Value) => Judged | undefined>> = {
  none: () => undefined,
  identifier: () => undefined,
  /** 40 characters, always: what is longer is wrapped in something. */
  aws_secret: ({ text }) =>
    /^[A-Za-z0-9/+]{40}$/.test(text) && varietyOf(text) >= 12 ? secretOf("aws_secret_key", 0.95) : undefined,
  azure_key: ({ text }) =>
    /^[A-Za-z0-9/+]{43,86}={1,2}$/.test(text) && varietyOf(text) >= 12
      ? secretOf("azure_storage_key", 0.95)
      : undefined,
  authorization: ({ text }) =>
    isToken(text) || (text.length >= 8 && changesOf(text) >= 3)
      ? secretOf("authorization_header", 0.85)
      : undefined,
  token: ({ text }) => (isToken(text) ? secretOf("generic_secret", 0.75) : undefined),
  password: (value) => (isPassword(value) ? secretOf("password", 0.75) : undefined),
};

function judgeIdentifier(text: string): Judged | undefined {
  if (uuid.test(text)) return { type: "azure_id", score: 0.5 };
  const digits = text.replaceAll("-", "");
  // Those of AWS's manuals are nobody's.
  const isExample = digits === "123456789012" || digits === "111122223333" || digits === "444455556666";
  return /^\d{12}$/.test(digits) && !isExample ? { type: "aws_account_id", score: 0.5 } : undefined;
}

/** Long enough, with digits among its letters, and no words. */
export function isToken(text: string): boolean {
  if (text.length < tokenLengthMin || /^[A-Za-z_.:/-]+$/.test(text) || /^[\d.,:/ -]+$/.test(text))
    return false;
  if (isSequence(text) || /password|secret|token|apikey|api_key/i.test(text)) return false;
  if (uuid.test(text)) return varietyOf(text) >= 8;
  return text.length <= shortTokenMax ? changesOf(text) >= 4 && isDrawn(text) : isDrawn(text);
}

const drawnPartMin = 8;
const partEnds = /[^A-Za-z0-9]+/;

/** Drawn by lot: by what its characters are, how they change, and that no words are in it. */
export function isDrawn(text: string): boolean {
  const { variety, entropy } = spreadOf(text);
  if (variety < 7 || entropy < 2.8 || wordShare(text) > 0.45) return false;
  return text.split(partEnds).some((part) => {
    if (part.length < drawnPartMin) return false;
    return changesOf(part) >= 2 || (part.length >= 20 && classesOf(part) >= 2 && wordShare(part) < 0.3);
  });
}

/**
 * Three kinds of characters, or two that change often. Bare words and paths of code (`config.dbPassword2`)
 * are none, dates and numbers neither.
 */
function isPassword({ text, isQuoted }: Value): boolean {
  if (text.length < passwordLengthMin || text.replaceAll(/[^A-Za-z]+/g, "").length < 3) return false;
  if (!/\d/.test(text) && !/[^A-Za-z0-9_.:/\\-]/.test(text)) return false;
  if (/^[\w.-]+\.[a-z]{2,5}$/.test(text) || /^[./~]/.test(text) || text.includes("://")) return false;
  const changes = changesOf(text);
  if (!isQuoted && /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(text)) return changes >= 3;
  return changes >= 3 || classesOf(text) >= 3;
}
