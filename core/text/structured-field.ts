// Owns how values stand in structured fields (RFC 9651). Knows no field.

/** §3.3.3: printable ASCII, quotes included. */
export function quoted(text: string): string {
  return `"${text.replace(/[^ -~]/g, "?").replace(/["\\]/g, "\\$&")}"`;
}

/** §3.3.1: 15 digits. */
export function boundedInteger(value: number): number {
  return Math.min(value, 999_999_999_999_999);
}

/** At least one: no field has room for less. */
export function wholeSeconds(ms: number): number {
  return Math.max(Math.ceil(ms / 1000), 1);
}
