// Owns what can be said of an IP address: whose it is behind proxies, and whether it may be dialled. Does no
// I/O.

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

/** Names that lead there wherever they resolve to. */
const metadataNames = new Set(["metadata.google.internal", "metadata.goog", "instance-data.ec2.internal"]);

export function isMetadataName(hostname: string): boolean {
  return metadataNames.has(hostname.toLowerCase().replace(/\.$/, ""));
}

/** Also in the forms that carry an IPv4 address inside an IPv6 one; false for what is no address. */
export function isMetadataAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(bare)) return false;
  const embedded = embeddedIPv4(ipaddr.process(bare));
  return isWithin(bare, metadataRanges) || (embedded !== undefined && isWithin(embedded, metadataRanges));
}

/** NAT64 (RFC 6052, the well-known prefix), 6to4 (RFC 3056), IPv4-compatible (RFC 4291 §2.5.5.1). */
function embeddedIPv4(address: ipaddr.IPv4 | ipaddr.IPv6): string | undefined {
  if (address.kind() === "ipv4") return undefined;
  const bytes = address.toByteArray();
  const isCompatible = bytes.slice(0, 12).every((byte) => byte === 0);
  if (isCompatible || address.match(nat64)) return bytes.slice(12).join(".");
  return address.match(sixToFour) ? bytes.slice(2, 6).join(".") : undefined;
}

const nat64 = ipaddr.parseCIDR("64:ff9b::/96");
const sixToFour = ipaddr.parseCIDR("2002::/16");

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
