// Owns the proof that metadata services are never dialled and whose an address behind proxies is. Makes no
// request out.

import type { LookupAddress } from "node:dns";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { clientAddress, isWithin, parseRange } from "../../../core/motion/address.ts";
import { checkedLookup, makeDial, type Resolve } from "../../../core/motion/dial.ts";
import { isMetadataHost } from "../../../core/text/host.ts";

const resolveTo =
  (...addresses: readonly string[]): Resolve =>
  (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

describe("metadata services", () => {
  const never = [
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "::169.254.169.254",
    "64:ff9b::169.254.169.254",
    "2002:a9fe:a9fe::1",
    "[fd00:ec2::254]",
  ];
  it.each(never)("%s is one", (address) => expect(isMetadataHost(address)).toBe(true));

  const fine = [
    "127.0.0.1",
    "10.0.0.1",
    "169.253.255.255",
    "::1",
    "fd00:ec3::1",
    "100.100.100.1",
    "example.com",
    "",
  ];
  it.each(fine)("%s is none", (address) => expect(isMetadataHost(address)).toBe(false));

  it("are known by name too", () => {
    for (const name of ["metadata.google.internal", "METADATA.GOOGLE.INTERNAL."]) {
      expect(isMetadataHost(name)).toBe(true);
    }
    expect(isMetadataHost("metadata.example.com")).toBe(false);
  });
});

type Sighting = [what: string, ...Parameters<typeof clientAddress>, seen: string];

describe("a lookup", () => {
  const look = (resolve: Resolve, options: { all: boolean }): Promise<unknown[]> =>
    new Promise((settle) => checkedLookup(resolve)("name.test", options, (...said) => settle(said)));

  it("answers as it was asked: one address or all", async () => {
    const resolve = resolveTo("127.0.0.1", "::1");
    expect(await look(resolve, { all: false })).toEqual([null, "127.0.0.1", 4]);
    expect(await look(resolve, { all: true })).toEqual([
      null,
      [
        { address: "127.0.0.1", family: 4 },
        { address: "::1", family: 6 },
      ],
    ]);
  });

  it("one bad address among good ones spoils the name", async () => {
    for (const all of [true, false]) {
      const [error] = await look(resolveTo("127.0.0.1", "169.254.169.254"), { all });
      expect(String(error)).toMatch(/never dialled/);
    }
  });

  it("passes an error on, and calls no address at all one", async () => {
    const failing: Resolve = (_name, _options, callback) =>
      callback(new Error("ENOTFOUND"), undefined as never);
    expect(String((await look(failing, { all: true }))[0])).toMatch(/ENOTFOUND/);
    expect(String((await look(resolveTo(), { all: false }))[0])).toMatch(/no address/);
  });
});

describe("a dial", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  const dialled = (hostname: string, port: number, resolve?: Resolve): Promise<string> =>
    new Promise((settle) => {
      const options = { hostname, host: hostname, protocol: "http:", port: String(port) };
      makeDial(1_000, { resolve })(options as never, (error, socket) => {
        socket?.destroy();
        settle(error === null ? "connected" : error.message);
      });
    });

  async function listen(): Promise<number> {
    const server = createServer((socket) => socket.on("error", () => {}));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  it("connects to the address that was checked, and asks for it once", async () => {
    const resolve = vi.fn(resolveTo("127.0.0.1"));
    expect(await dialled("name.test", await listen(), resolve)).toBe("connected");
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  it.each(["169.254.169.254", "[fd00:ec2::254]", "fd00:ec2::254", "metadata.google.internal"])(
    "never dials %s, which nobody resolves",
    async (hostname) => {
      const resolve = vi.fn(resolveTo("127.0.0.1"));
      expect(await dialled(hostname, 80, resolve)).toMatch(/never dialled/);
      expect(resolve).not.toHaveBeenCalled();
    },
  );

  it("never dials a name that leads there", async () => {
    expect(await dialled("rebound.test", 80, resolveTo("169.254.169.254"))).toMatch(/never dialled/);
  });
});

describe("the client's address", () => {
  const trusted = ["10.0.0.0/8", "2001:db8::/32"]
    .map((text) => parseRange(text))
    .filter((range) => range !== undefined);

  it.each<Sighting>([
    ["nobody is trusted", "203.0.113.9", "1.1.1.1", [], "203.0.113.9"],
    ["the peer is no proxy", "203.0.113.9", "1.1.1.1", trusted, "203.0.113.9"],
    ["one proxy", "10.0.0.1", "203.0.113.9", trusted, "203.0.113.9"],
    ["two proxies", "10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", trusted, "203.0.113.9"],
    ["only proxies", "10.0.0.1", "10.0.0.3, 10.0.0.2", trusted, "10.0.0.3"],
    ["rubbish on the right", "10.0.0.1", "203.0.113.9, rubbish", trusted, "10.0.0.1"],
    ["many forged on the left", "10.0.0.1", `${"6.6.6.6,".repeat(500)}203.0.113.9`, trusted, "203.0.113.9"],
    ["a mapped peer", "::ffff:10.0.0.1", "203.0.113.9", trusted, "203.0.113.9"],
    ["a mapped client", "::ffff:203.0.113.9", undefined, trusted, "203.0.113.9"],
    ["IPv6 counts by /64", "2001:db9:1:2:3:4:5:6", undefined, trusted, "2001:db9:1:2::/64"],
    ["no peer", "unknown", "203.0.113.9", trusted, "unknown"],
  ])("%s", (_what, ...[peer, forwardedFor, ranges, seen]) => {
    expect(clientAddress(peer, forwardedFor, ranges)).toBe(seen);
  });

  it("ranges are CIDR or single addresses", () => {
    const [range, single] = [parseRange("192.168.0.0/16"), parseRange("::1")];
    if (range === undefined || single === undefined) throw new Error("not read");
    expect(isWithin("192.168.7.7", [range])).toBe(true);
    expect(isWithin("::1", [single])).toBe(true);
    expect(isWithin("::2", [range, single])).toBe(false);
    expect(parseRange("rubbish")).toBeUndefined();
  });
});
