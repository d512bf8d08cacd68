// Owns the proof of how far every kind of address reaches. Resolves nothing.

import { describe, expect, it } from "vitest";
import { isWithinReach, reachOf } from "../../../core/text/reach.ts";

describe("reach", () => {
  it.each(["8.8.8.8", "140.82.121.5", "2606:4700::1111", "2a00:1450:4001::200e"])(
    "%s is public",
    (address) => {
      expect(reachOf(address)).toBe("public");
    },
  );

  it.each([
    "127.0.0.1",
    "127.255.0.9",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "::1",
    "fc00::1",
    "fec0::1",
    "2001:db8::1",
    "::ffff:8.8.8.8",
    "::8.8.8.8",
    "64:ff9b::808:808",
    "64:ff9b:1::808:808",
    "2002:808:808::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "::ffff:0:8.8.8.8",
    "4000::1",
    "100::1",
  ])("%s is private: no stranger is reached there", (address) => {
    expect(reachOf(address)).toBe("private");
  });

  it.each([
    "169.254.169.254",
    "169.254.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "fd00:ec2::254",
    "fe80::1",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "255.255.255.255",
    "224.0.0.1",
    "239.1.1.1",
    "ff02::1",
    "250.0.0.1",
    "::ffff:224.0.0.1",
    "",
    "localhost",
    "127.1x",
  ])("%s: never", (address) => {
    expect(reachOf(address)).toBe("never");
  });

  it("who may go to private addresses may go to public ones", () => {
    expect(isWithinReach("10.0.0.1", "private")).toBe(true);
    expect(isWithinReach("8.8.8.8", "private")).toBe(true);
    expect(isWithinReach("10.0.0.1", "public")).toBe(false);
    expect(isWithinReach("169.254.169.254", "private")).toBe(false);
  });
});
