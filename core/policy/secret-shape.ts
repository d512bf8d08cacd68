// Owns how written-out secrets look. Knows nothing of documents; never keeps or returns what it saw.

import type { Path } from "./located.ts";

interface Shape {
  readonly name: string;
  readonly pattern: RegExp;
}

/** Repeats that may start anywhere have a bound: the time stays linear in the text. */
const shapes: readonly Shape[] = [
  { name: "a private key", pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g },
  { name: "an API key", pattern: /(?<![A-Za-z0-9])sk-(?=[A-Za-z_-]{0,64}[0-9])[A-Za-z0-9_-]{16,}/g },
  { name: "an AWS access key", pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { name: "a Google API key", pattern: /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}/g },
  {
    name: "a GitHub token",
    pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})/g,
  },
  { name: "a Slack token", pattern: /(?<![A-Za-z0-9])xox[abposr]-[A-Za-z0-9-]{10,}/g },
  {
    name: "a signed token",
    pattern: /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,512}\.eyJ[A-Za-z0-9_-]{8,512}\.[A-Za-z0-9_-]{8,}/g,
  },
];

/** Forty or more characters of base64, letters of both cases and digits; a path starts with `/` or `.` */
const opaque = /^(?![/.])(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/_-]{40,}={0,2}$/;

/** What kind of secret stands in the text, in words; undefined where none is recognised. */
export function secretShapeIn(text: string): string | undefined {
  return shapes.find(({ pattern }) => text.search(pattern) >= 0)?.name;
}

/** Names, keys and hints may hold one; what a person reads must not. */
export function redactSecrets(text: string): string {
  return shapes.reduce((redacted, { pattern }) => redacted.replace(pattern, "[redacted]"), text);
}

/** Below these anything long and random counts: a name, a path or a hash belongs there. */
const credentialFields: ReadonlySet<string | number> = new Set(["credential", "publicKey", "apiKeys"]);

/** The same for a text, or the key of a map, that stands at the path. */
export function secretShapeAt(path: Path, text: string): string | undefined {
  // 64 hex digits are the hash that belongs there
  if (path.at(-1) === "sha256" && /^[0-9a-f]{64}$/i.test(text)) return undefined;
  const isCredential = path.some((segment) => credentialFields.has(segment));
  return secretShapeIn(text) ?? (isCredential && opaque.test(text) ? "a secret" : undefined);
}
