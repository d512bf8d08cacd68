// Owns what the settings say is nobody's: values as they are written, and domains. Knows no kind but e-mail.

import type { Match } from "./match.ts";

/** Gaps and signs of a number count for nothing. */
const plain = (value: string) => value.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

export function allowList(allow: readonly string[]): (match: Match, text: string) => boolean {
  const values = new Set(allow.map(plain));
  const domains = allow
    .map((value) => value.toLowerCase().replace(/^@/, ""))
    .filter((value) => !value.includes("@") && value.includes("."));
  if (values.size === 0) return () => false;
  return ({ type }, text) => {
    if (values.has(plain(text))) return true;
    if (type !== "email") return false;
    const domain = text.slice(text.lastIndexOf("@") + 1).toLowerCase();
    return domains.some((allowed) => domain === allowed || domain.endsWith(`.${allowed}`));
  };
}
