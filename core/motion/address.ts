// Owns whose an IP address is: the client's, seen through proxies. Does no I/O.

import ipaddr from "ipaddr.js";

export type AddressRange = ReturnType<typeof ipaddr.parseCIDR>;

export function isWithin(address: string, ranges: readonly AddressRange[]): boolean {
  const parsed = ipaddr.process(address);
  return ranges.some((range) => parsed.kind() === range[0].kind() && parsed.match(range));
}

/** `10.0.0.0/8` or a single address; undefined where it is neither. */
export function parseRange(text: string): AddressRange | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/**
 * The client's address: the rightmost one in `x-forwarded-for` that is no proxy of ours, seen only where the
 * socket itself belongs to a trusted proxy. IPv6 clients are counted by /64, the smallest net a site holds.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trusted: readonly AddressRange[],
): string {
  let seen = peer;
  if (forwardedFor !== undefined && trusted.length > 0) {
    // From the right: only there our own proxies write. The header block's size bounds the list.
    const hops = forwardedFor.split(",");
    while (ipaddr.isValid(seen) && isWithin(seen, trusted)) {
      const next = hops.pop()?.trim();
      if (next === undefined || !ipaddr.isValid(next)) break;
      seen = next;
    }
  }
  return normalAddress(seen);
}

function normalAddress(address: string): string {
  if (!address.includes(":")) return address;
  if (!ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  const parts = (parsed as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16));
  return `${parts.join(":")}::/64`;
}
