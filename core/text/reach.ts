// Owns how far an IP address reaches: the world, a private net, or where nothing may ever dial. Does no I/O.

import ipaddr from "ipaddr.js";
import { isMetadataHost } from "./host.ts";

/** `private`: loopback, RFC 1918, CGNAT, unique local and what else no stranger is reached at. */
export type Reach = "public" | "private" | "never";

/** Nobody's address: no policy can mean it. Link-local ones are a metadata service's. */
const nobody: ReadonlySet<string> = new Set(["unspecified", "broadcast", "multicast", "linkLocal"]);
const globalUnicast = ipaddr.parseCIDR("2000::/3");
/** An IPv4 address is in it, and whoever translates it decides what is reached. */
const translating: ReadonlySet<string> = new Set(["ipv4Mapped", "rfc6145", "rfc6052", "6to4", "teredo"]);

/** Of an address as a resolver or a socket writes it; what is no address is never dialled. */
export function reachOf(text: string): Reach {
  if (isMetadataHost(text) || !ipaddr.isValid(text)) return "never";
  const address = ipaddr.parse(text);
  const range = address.range();
  if (nobody.has(range)) return "never";
  if (address instanceof ipaddr.IPv4) {
    if (range === "reserved" && (address.octets[0] ?? 0) >= 240) return "never";
    return range === "unicast" ? "public" : "private";
  }
  const inside = ipv4In(address, range);
  if (inside !== undefined) return reachOf(inside.toString()) === "never" ? "never" : "private";
  return range === "unicast" && address.match(globalUnicast) ? "public" : "private";
}

/** A tunnel or a translation of an address is never the plain way to it, so it is nowhere public. */
function ipv4In(address: ipaddr.IPv6, range: string): ipaddr.IPv4 | undefined {
  const bytes = address.toByteArray();
  const isCompatible = bytes.slice(0, 12).every((byte) => byte === 0);
  if (range === "loopback" || !(translating.has(range) || isCompatible)) return undefined;
  if (range === "teredo") return new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff));
  return new ipaddr.IPv4(range === "6to4" ? bytes.slice(2, 6) : bytes.slice(12));
}

/** Whether what a host turned out to be may be dialled by whoever may reach so far. */
export function isWithinReach(address: string, reach: "public" | "private"): boolean {
  const found = reachOf(address);
  return found === "public" || found === reach;
}
