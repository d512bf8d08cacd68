// Owns what a host is: a cloud's metadata service, which nothing may ever reach, or loopback. Knows
// nothing of URLs or sockets.

import ipaddr from "ipaddr.js";

export const metadataNames: readonly string[] = [
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "metadata.internal",
  "metadata.azure.internal",
  "metadata.tencentyun.com",
  "metadata.platformequinix.com",
  "instance-data",
  "instance-data.ec2.internal",
];
const names: ReadonlySet<string> = new Set(metadataNames);

/**
 * AWS and most others · Alibaba · Oracle · Azure's wire server · AWS over IPv6 · link-local IPv6 · Google
 * over IPv6.
 */
const ranges = [
  "169.254.0.0/16",
  "100.100.100.200/32",
  "192.0.0.192/32",
  "168.63.129.16/32",
  "fd00:ec2::/32",
  "fe80::/10",
  "fd20:ce::254/128",
].map((range) => ipaddr.parseCIDR(range));

/** The IPv4 address an IPv6 one stands for: mapped, translated (RFC 6052) or 6to4 (RFC 3056). */
function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === "ipv4Mapped" || range === "rfc6052" || bytes.slice(0, 12).every((byte) => byte === 0)) {
    return new ipaddr.IPv4(bytes.slice(12));
  }
  return range === "6to4" ? new ipaddr.IPv4(bytes.slice(2, 6)) : undefined;
}

function isMetadataAddress(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const inside = address instanceof ipaddr.IPv6 ? embeddedIpv4(address) : undefined;
  if (inside !== undefined) return isMetadataAddress(inside);
  return ranges.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));
}

/**
 * Takes a host as it stands in a URL, or an address a name resolved to; brackets, zone and final dot may
 * be there.
 */
export function isMetadataHost(host: string): boolean {
  const plain = host
    .toLowerCase()
    .replaceAll(/^\[|\]$/g, "")
    .replace(/\.+$/, "");
  return ipaddr.isValid(plain) ? isMetadataAddress(ipaddr.parse(plain)) : names.has(plain);
}

/** 127.0.0.0/8, ::1, and the names that mean them. */
export function isLoopbackHost(host: string): boolean {
  const plain = host.toLowerCase().replaceAll(/^\[|\]$/g, "");
  if (plain === "localhost" || plain.endsWith(".localhost")) return true;
  return ipaddr.isValid(plain) && ipaddr.process(plain).range() === "loopback";
}
