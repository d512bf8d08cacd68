// Owns the proof of which hosts are a metadata service, however they are written, and which are loopback.

import { describe, expect, it } from "vitest";
import { isLoopbackHost, isMetadataHost } from "../../../core/text/host.ts";

describe("a metadata service", () => {
  it.each([
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "[fd00:ec2::254]",
    "fd20:ce::254",
    "fe80::a9fe:a9fe",
    "[::ffff:169.254.169.254]",
    "::ffff:a9fe:a9fe",
    "::a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "metadata.google.internal",
    "METADATA.google.internal.",
    "metadata",
    "instance-data",
    new URL("http://0xA9FEA9FE/").hostname,
    new URL("http://169.16689662/").hostname,
  ])("%s", (host) => expect(isMetadataHost(host)).toBe(true));

  it.each([
    "127.0.0.1",
    "10.0.0.1",
    "169.253.0.1",
    "100.100.100.201",
    "::1",
    "[fd00::1]",
    "64:ff9b::808:808",
    "metadata.example.com",
    "api.openai.com",
    "",
  ])("not %s", (host) => expect(isMetadataHost(host)).toBe(false));
});

describe("loopback", () => {
  it.each(["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "a.localhost", "::ffff:127.0.0.1"])(
    "%s",
    (host) => expect(isLoopbackHost(host)).toBe(true),
  );
  it.each(["10.0.0.1", "localhost.example.com", "0.0.0.0", "::2", ""])("not %s", (host) =>
    expect(isLoopbackHost(host)).toBe(false),
  );
});
