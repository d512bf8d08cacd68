// Owns what can be said of an IP address: whose it is behind proxies, and whether it may be dialled. Does no I/O.

import ipaddr from "ipaddr.js";

export type AddressRange = ReturnType<typeof ipaddr.parseCIDR>;

/** Cloud metadata services: never dialled, for anyone (AWS, Azure, GCP, Alibaba, Oracle; IPv4 and IPv6). */
const metadataRanges: readonly AddressRange[] = [
  ipaddr.parseCIDR("169.254.0.0/16"),
  ipaddr.parseCIDR("100.100.100.200/32"),
  ipaddr.parseCIDR("192.0.0.192/32"),
  ipaddr.parseCIDR("fd00:ec2::254/128"),
  ipaddr.parseCIDR("fd20:ce::254/128"),
];

export function isMetadataAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return isWithin(address, metadataRanges);
}

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
    const hops = forwardedFor.split(",", 32).map((hop) => hop.trim());
    while (ipaddr.isValid(seen) && isWithin(seen, trusted)) {
      const next = hops.pop();
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
