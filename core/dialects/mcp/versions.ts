// Owns what the versions of MCP differ in, as far as it concerns whoever stands between. Reads no body.

/** From here on there are no sessions and no handshake: each request says all of it. */
export const firstModern = "2026-07-28";
const lastWithBatches = "2025-03-26";
const dated = /^\d{4}-\d{2}-\d{2}$/;

/** A name of a version that is no date is newer than all that are: a draft. */
export function isModernVersion(version: unknown): boolean {
  if (typeof version !== "string" || version === "") return false;
  return !dated.test(version) || version >= firstModern;
}

/** The header came with 2025-06-18, which has none any more. */
export function hasBatches(version: unknown): boolean {
  return version === undefined || version === lastWithBatches;
}
