// Owns the one spelling of a host and port that everybody reads alike. Resolves nothing and knows no list.

import ipaddr from "ipaddr.js";

export interface Authority {
  /** A name in lower case, or an address as RFC 5952 and dotted decimals have it, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
}

const hostLengthMax = 253;
const portMax = 65_535;
const split = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([1-9]\d{0,4}))?$/;
const name = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
/** What some resolver takes for a number: `127.1`, `0x7f.1`, `2130706433`, `0177.0.0.1` (WHATWG URL §3.5). */
const endsInNumber = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

/**
 * `host:port`, or `host` where `defaultPort` says which is meant. Undefined for all that is spelled in a way
 * of its own: user info, final dots, escapes, letters beyond ASCII, addresses in other than their usual form.
 */
export function readAuthority(text: string, defaultPort?: number): Authority | undefined {
  const [, bracketed, plain = "", digits] = split.exec(text) ?? [];
  const port = digits === undefined ? defaultPort : Number(digits);
  if (port === undefined || port > portMax) return undefined;
  const host = (bracketed ?? plain).toLowerCase();
  if (bracketed !== undefined) return isIpv6(host) ? { host, port, isAddress: true } : undefined;
  if (host.length > hostLengthMax || !name.test(host)) return undefined;
  if (!endsInNumber.test(host)) return { host, port, isAddress: false };
  return ipaddr.IPv4.isValidFourPartDecimal(host) ? { host, port, isAddress: true } : undefined;
}

/** As RFC 5952 writes it; what stands for an IPv4 address in one way or another has two spellings. */
function isIpv6(host: string): boolean {
  if (!ipaddr.IPv6.isValid(host)) return false;
  const address = ipaddr.IPv6.parse(host);
  return !address.isIPv4MappedAddress() && new ipaddr.IPv6(address.parts).toString() === host;
}

/** As it stands in a URL. */
export function printAuthority({ host, port }: Pick<Authority, "host" | "port">): string {
  return `${bracket(host)}:${port}`;
}

/** A host as it stands in a URL. */
export function bracket(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
