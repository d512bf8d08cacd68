// Owns what Node's parser accepts and we do not: one check of a request's head before it is routed. Does no
// I/O.

import type { IncomingMessage } from "node:http";
import type { Refusal } from "../contracts/refusal.ts";
import { refuse } from "../contracts/refusal.ts";

export const urlBytesMax = 8 * 1024;
export const headerBlockBytesMax = 16 * 1024;
export const headersMax = 100;

const hostPattern = /^(?:[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;
const portMax = 65_535;
/** Headers of which a second one would make two readings of the request; each has a length of its own. */
const singular = ["host", "authorization", "content-length", "content-type", "x-api-key"];
const singularByLength = new Map(singular.map((name, at) => [name.length, { name, bit: 1 << at }]));
const bodiless = new Set(["GET", "HEAD", "CONNECT"]);

/** Smuggling, ambiguity and size (RFC 9112 §§3, 6, 11): the first thing wrong, or nothing. */
export function checkEdge(request: IncomingMessage): Refusal | undefined {
  if (request.httpVersion !== "1.1" && !isOldConnect(request)) return refuse("version_refused");
  const { url = "" } = request;
  if (url.length > urlBytesMax) return refuse("url_too_long");
  // RFC 9112 §3.2: no form of a target has a fragment, and servers differ in what they make of one.
  if (url.includes("#")) return malformed("The request target holds a fragment.");
  if (request.method === "TRACE") return refuse("method_refused");
  return checkNames(request.rawHeaders) ?? checkHost(request) ?? checkUpgrade(request) ?? checkBody(request);
}

/** Python's http.client before 3.12: nothing but the tunnel's own bytes comes behind it. */
function isOldConnect({ httpVersion, method }: IncomingMessage): boolean {
  return method === "CONNECT" && httpVersion === "1.0";
}

function checkNames(rawHeaders: readonly string[]): Refusal | undefined {
  if (rawHeaders.length > headersMax * 2) {
    return refuse("headers_too_large", { message: "More than 100 headers." });
  }
  let seen = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] ?? "";
    if (raw.includes("_")) return malformed("Header names with an underscore are not accepted.");
    const like = singularByLength.get(raw.length);
    if (like === undefined || (raw !== like.name && raw.toLowerCase() !== like.name)) continue;
    if ((seen & like.bit) !== 0) return malformed(`There is more than one ${like.name} header.`);
    seen |= like.bit;
  }
  return undefined;
}

/** Clients of one program all name the same host: it is looked at once. */
let lastGoodHost: string | undefined;

function checkHost(request: IncomingMessage): Refusal | undefined {
  const { host } = request.headers;
  if (host === undefined && isOldConnect(request)) return undefined;
  if (host !== undefined && host === lastGoodHost) return undefined;
  const found = hostPattern.exec(host ?? "");
  if (found === null || Number(found[1] ?? 0) > portMax) {
    return malformed("The Host header is not host[:port].");
  }
  lastGoodHost = host;
  return undefined;
}

function checkUpgrade({ headers: { upgrade } }: IncomingMessage): Refusal | undefined {
  if (upgrade === undefined || !/(?:^|[\s,])h2c(?:$|[\s,])/i.test(upgrade)) return undefined;
  return malformed("An upgrade to h2c is not accepted.");
}

function checkBody(request: IncomingMessage): Refusal | undefined {
  const { headers, method } = request;
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") {
    return malformed("Only the transfer coding chunked is accepted.");
  }
  if (coding !== undefined && headers["content-length"] !== undefined) {
    return malformed("Transfer-Encoding and Content-Length exclude each other.");
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== "100-continue") {
    return malformed("The only expectation that is met is 100-continue.");
  }
  if (!hasBody(request)) return undefined;
  if (bodiless.has(method ?? "")) return malformed("A GET, HEAD or CONNECT request has no body.");
  return headers.upgrade === undefined ? undefined : malformed("A request for an upgrade has no body.");
}

/** RFC 9112 §6.3: a request has a body where its head says so. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/**
 * The segments we route by hold no encoded separator and no dots; the tail is the upstream's own business.
 * `segments`: how many leading segments are routed by.
 */
export function checkRoutedSegments(path: string, segments: number): Refusal | undefined {
  // Most paths hold nothing that any of it could be made of.
  if (!path.includes("%") && !path.includes("\\") && !path.includes("/.")) return undefined;
  const routed = path.split("/", segments + 1);
  for (const segment of routed) {
    if (/%(?:2f|5c|2e|00)|\\/i.test(segment) || segment === "." || segment === "..") {
      return malformed("The path holds encoded separators or dots where it is routed by.");
    }
  }
  return undefined;
}

function malformed(message: string): Refusal {
  return refuse("request_malformed", { message });
}
