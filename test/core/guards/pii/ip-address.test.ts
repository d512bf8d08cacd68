// Owns the proof that addresses are told from versions, times and names. Knows no other type.

import { describe, expect, it } from "vitest";
import { piiDetector } from "../../../../core/guards/pii.ts";
import { guardOf, told } from "../readings.ts";

const guard = guardOf(piiDetector, { types: ["ip_address"] });
const found = (text: string) => told(guard, text).map((line) => line.replace("ip_address: ", ""));

describe("IP addresses", () => {
  it.each([
    "81.2.69.160",
    "81.2.69.0/24",
    "2001:db8::1",
    "2001:db8::8a2e:370:7334",
    "fe80::1%eth0",
    "2345:0425:2CA1:0000:0000:0567:5673:23b5",
    "::ffff:81.2.69.160",
    "2001:db8::/32",
  ])("%s", (address) => expect(found(`from ${address}, or`)).toEqual([address]));

  it.each([
    ["http://81.2.69.160:8080/a", "81.2.69.160"],
    ["http://[2001:db8::1]/path", "2001:db8::1"],
    ["ip=10.1.2.3", "10.1.2.3"],
    ["client_ip: 192.168.0.7", "192.168.0.7"],
    ["81.2.69.160/99", "81.2.69.160"],
    ["It was 81.2.69.160.", "81.2.69.160"],
  ])("in %s", (text, address) => expect(found(text)).toEqual([address]));

  it.each([
    "1.2.3.4",
    "version 81.2.69.160",
    "Chrome/120.0.0.0",
    "1.3.6.1.4.1.311",
    "81.2.69.256",
    "081.2.69.160",
    "127.0.0.1 and 0.0.0.0",
    '"SERVER":"192.168.0.123:123"',
    "12:34:56",
    "std::dec, a::b, [1::2], ::, ::1",
    "00:1A:2B:3C:4D:5E",
    "text2001:db8::1",
    "12345:db8::1",
    "684D:1111:222:3333:4444:5555:77",
  ])("none in %s", (text) => expect(found(text)).toEqual([]));
});
