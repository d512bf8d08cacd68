// Owns which headers belong to one hop and which vouch for the bytes. Knows no name of ours but the prefix.

import type { AnswerHead, HeaderMap } from "../contracts/dialect.ts";

const hopByHop = new Set([
  // Not hop-by-hop, but no name an object can hold.
  "__proto__",
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** RFC 9110 §7.6.1: what belongs to the connection stays there, whatever `Connection` names included. */
export function endToEnd(headers: HeaderMap): HeaderMap {
  const kept: HeaderMap = {};
  const named = namedByConnection(headers.connection);
  for (const name of Object.keys(headers)) {
    if (hopByHop.has(name) || name.startsWith("x-sluice-") || named?.includes(name) === true) continue;
    kept[name] = headers[name];
  }
  return kept;
}

function namedByConnection(value: string | string[] | undefined): readonly string[] | undefined {
  if (value === undefined || value === "keep-alive" || value === "close") return undefined;
  return String(value)
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
}

const vouching = [
  "content-length",
  "etag",
  "digest",
  "content-digest",
  "repr-digest",
  "content-md5",
] as const;

/** Bytes may change on the way: what vouches for them goes; one whole frame gets its length anew. */
export function dropIntegrity({ headers }: AnswerHead): void {
  for (const name of vouching) delete headers[name];
}

/** RFC 9110 §6.4.1: whether an answer can have content at all. */
export function hasContent(method: string, { status }: AnswerHead): boolean {
  return method !== "HEAD" && status !== 204 && status !== 304;
}
