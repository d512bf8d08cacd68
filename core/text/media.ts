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
