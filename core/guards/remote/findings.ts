// Owns how findings of remote guards are made: their types from a bounded set, their places checked, their
// messages bounded. Knows no service.

import type { Finding, Unable } from "../../contracts/guard.ts";
import type { JsonValue } from "../../contracts/json.ts";

export const unreachable: Unable = { kind: "unable", because: "unreachable" };
export const malformed: Unable = { kind: "unable", because: "malformed" };
export const timedOut: Unable = { kind: "unable", because: "timeout" };
export const tooLong: Unable = { kind: "unable", because: "too_long" };
export const overloaded: Unable = { kind: "unable", because: "overloaded" };

const typeCharsMax = 40;
const messageCharsMax = 1_000;

/** Names that others have for what is found here under a name of its own. */
const ownNames: Readonly<Record<string, string>> = {
  // Presidio: https://microsoft.github.io/presidio/supported_entities
  email_address: "email",
  phone_number: "phone",
  us_ssn: "ssn",
  iban_code: "iban",
  // Lakera
  mailing_address: "address",
  us_social_security_number: "ssn",
  prompt_attack: "prompt_injection",
  jailbreak: "prompt_injection",
  promptinjection: "prompt_injection",
};

/** `EMAIL_ADDRESS` → `email`, `DetectPII` → `detect_pii`. Words of a service, never of a text. */
export function typeName(raw: string): string {
  const snake = raw
    .slice(0, 4 * typeCharsMax)
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  if (snake === "" || snake.length > typeCharsMax) return "other";
  return Object.hasOwn(ownNames, snake) ? (ownNames[snake] ?? snake) : snake;
}

/** What it is about is the text as a whole. */
export function unplaced(type: string, score = 1, said?: JsonValue): Finding {
  const message = messageOf(said);
  const finding: Finding = { type: typeName(type), start: 0, end: 0, score: unit(score), method: "remote" };
  return message === undefined ? finding : { ...finding, message };
}

export interface Place {
  readonly start: number;
  readonly end: number;
}

export function placed(type: string, { start, end }: Place, score = 1): Finding {
  return { type: typeName(type), start, end, score: unit(score), method: "remote" };
}

/** Undefined: it says nothing. */
export function messageOf(said: JsonValue | undefined): string | undefined {
  if (typeof said !== "string") return undefined;
  const text = said
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  if (text === "") return undefined;
  return text.length <= messageCharsMax ? text : `${text.slice(0, messageCharsMax - 3).toWellFormed()}...`;
}

/** A score as services give it; undefined: it is none. */
export function scoreOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? unit(value) : undefined;
}

const unit = (score: number): number => Math.min(1, Math.max(0, score));
