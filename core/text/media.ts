// Owns what headers say about a body: media type and content encoding (RFC 9110 section 8). Reads no body.

import type { HeaderMap } from "../contracts/dialect.ts";

/** In lower case, without parameters; empty where there is none. */
export function mediaType(headers: HeaderMap): string {
  const value = headers["content-type"];
  if (typeof value !== "string") return "";
  const end = value.indexOf(";");
  return (end === -1 ? value : value.slice(0, end)).trim().toLowerCase();
}

export function isJson(type: string): boolean {
  return type === "application/json" || type === "text/json" || type.endsWith("+json");
}

/** Whether the bytes are something else than what the media type says. */
export function isEncoded(headers: HeaderMap): boolean {
  const value = headers["content-encoding"];
  return value !== undefined && !/^(identity)?$/i.test(String(value).trim());
}

/** A `charset` that is not UTF-8, nor a part of it; each has to fit, since readers differ on which counts. */
const otherCharset = /charset\*?\s*=(?!\s*"?(?:utf-?8|us-ascii)"?\s*(?:;|$))/i;

/** Whether nothing says that a text is in another charset. */
export function isInUtf8(headers: HeaderMap): boolean {
  return !otherCharset.test(String(headers["content-type"] ?? ""));
}

/** Whether whoever goes by the media type reads JSON in UTF-8 as well, and no form or UTF-7. */
export function isReadAsJson(headers: HeaderMap): boolean {
  const value = headers["content-type"];
  if (value === undefined) return true;
  const type = mediaType(headers);
  return (isJson(type) || type === "text/plain") && isInUtf8(headers);
}
