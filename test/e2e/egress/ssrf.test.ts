// Owns the proof that no spelling, no resolver and no redirect leads an agent to where it may not go. Reaches
// loopback only.

import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerTo, type EgressWorld, listenOn, startEgressWorld, type TestHost } from "./world.ts";

let site: TestHost;
let world: EgressWorld;
let asked = 0;
let turn = 0;

/** What names below `*.wild.test` resolve to. */
const inside: Readonly<Record<string, string>> = {
  "loopback.wild.test": "127.0.0.1",
  "loopback6.wild.test": "::1",
  "mapped.wild.test": "::ffff:127.0.0.1",
  "private10.wild.test": "10.0.0.1",
  "private172.wild.test": "172.16.0.1",
  "private192.wild.test": "192.168.0.1",
  "unique.wild.test": "fd12::1",
  "linklocal.wild.test": "169.254.1.1",
  "linklocal6.wild.test": "fe80::1",
  "cgnat.wild.test": "100.64.0.1",
  "multicast.wild.test": "224.0.0.1",
  "multicast6.wild.test": "ff02::1",
  "nat64.wild.test": "64:ff9b::7f00:1",
  "nat64local.wild.test": "64:ff9b:1::7f00:1",
  "sixtofour.wild.test": "2002:7f00:1::1",
  "teredo.wild.test": "2001:0:4136:e378:8000:63bf:80ff:fffe",
  "unspecified.wild.test": "0.0.0.0",
  "unspecified6.wild.test": "::",
  "broadcast.wild.test": "255.255.255.255",
  "metadata.wild.test": "169.254.169.254",
  "alibaba.wild.test": "100.100.100.200",
  "aws6.wild.test": "fd00:ec2::254",
};

beforeAll(async () => {
  site = await listenOn(
    createServer((_request, response) => {
      asked += 1;
      response.end("inside");
    }),
  );
  const { port } = site;
  world = await startEgressWorld({
    egress: `    "*.wild.test:${port}": {}
    "public.test:${port}": {}
    "own.test:${port}": { private: true }
    "127.0.0.1:${port}": { private: true }`,
    names: {
      ...inside,
      "both.wild.test": () => ["93.184.216.34", "127.0.0.1"],
      "public.test": "127.0.0.1",
      "own.test": () => (turn++ === 0 ? ["127.0.0.1"] : ["169.254.169.254"]),
      "turning.wild.test": () => (turn++ % 2 === 0 ? ["10.0.0.1"] : ["127.0.0.1"]),
    },
  });
});

afterAll(async () => {
  await world.close();
  await site.close();
});

const get = (authority: string): Promise<string> =>
  answerTo(
    world.port,
    `GET http://${authority}/ HTTP/1.1\r\nHost: ${authority}\r\nconnection: close\r\n\r\n`,
  );
const tunnel = (authority: string): Promise<string> =>
  answerTo(world.port, `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
const ways: readonly (readonly [string, (authority: string) => Promise<string>])[] = [
  ["in the clear", get],
  ["through a tunnel", tunnel],
];

describe.each(ways)("%s", (_way, ask) => {
  it.each(Object.keys(inside))("%s is listed, and what it stands for is not", async (name) => {
    asked = 0;
    const answer = await ask(`${name}:${site.port}`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 .*x-sluice-refusal: address_denied/s);
    expect(asked).toBe(0);
  });

  it("one bad address among good ones is enough", async () => {
    expect(await ask(`both.wild.test:${site.port}`)).toContain("x-sluice-refusal: address_denied");
  });

  it("an entry of its own is no leave for private addresses: the policy has to say so", async () => {
    expect(await ask(`public.test:${site.port}`)).toContain("x-sluice-refusal: address_denied");
  });

  it.each([
    "0x7f.1",
    "2130706433",
    "0177.0.0.1",
    "127.1",
    "127.0.0.1.",
    "017700000001",
    "0x7f000001",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::1]",
    "localhost",
    "localhost.",
    "loopback.wild.test.",
    "10.0.0.1",
    "169.254.169.254",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "100.64.0.1",
    "metadata.google.internal",
    "metadata",
    "METADATA.google.internal",
    "instance-data.ec2.internal",
    "[fd00:ec2::254]",
    "user@own.test",
    "own.test@loopback.wild.test",
    "own.test%2e",
    "l\u00f6opback.wild.test",
    "\u24db\u24de.wild.test",
    "wild.test",
    "xwild.test",
    ".wild.test",
  ])("%s: refused, nobody is asked", async (host) => {
    asked = 0;
    const before = world.resolved.length;
    const answer = await ask(`${host}:${site.port}`);
    expect(answer).toMatch(
      /^HTTP\/1\.1 40[03] .*x-sluice-refusal: (egress_denied|address_denied|request_malformed)/s,
    );
    expect(asked).toBe(0);
    expect(world.resolved.length).toBe(before);
  });
});

describe("names that change their mind", () => {
  it("are resolved once a connection: what was checked is what is dialled", async () => {
    turn = 0;
    const before = world.resolved.length;
    expect(await get(`own.test:${site.port}`)).toMatch(/^HTTP\/1\.1 200 .*inside$/s);
    expect(world.resolved.length - before).toBe(1);
  });

  it("and each further one is checked anew, for metadata even where private addresses may be", async () => {
    await tunnel(`own.test:${site.port}`);
    const answer = await tunnel(`own.test:${site.port}`);
    expect(answer).toContain("x-sluice-refusal: address_denied");
  });

  it("a wildcard's host never gets in, whichever turn it is", async () => {
    for (let round = 0; round < 4; round++) {
      expect(await get(`turning.wild.test:${site.port}`)).toContain("x-sluice-refusal: address_denied");
    }
  });
});

it("an address that the policy lists is reached in the clear, and is no name for TLS", async () => {
  expect(await get(`127.0.0.1:${site.port}`)).toMatch(/^HTTP\/1\.1 200 .*inside$/s);
  expect(await tunnel(`127.0.0.1:${site.port}`)).toContain("x-sluice-refusal: tunnel_denied");
});

it("smuggling in the clear: one target, one Host, no more", async () => {
  asked = 0;
  const target = `http://own.test:${site.port}/`;
  const own = `own.test:${site.port}`;
  const bothLengths = "Content-Length: 3\r\nTransfer-Encoding: chunked";
  for (const text of [
    `GET ${target} HTTP/1.1\r\nHost: other.test\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\nHost: ${own}\r\nHost: ${own}\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\n\r\n`,
    `GET ${target} HTTP/1.0\r\nHost: ${own}\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\nHost: ${own}\r\nContent-Length: 3\r\n\r\nabc`,
    `POST ${target} HTTP/1.1\r\nHost: ${own}\r\n${bothLengths}\r\n\r\n0\r\n\r\n`,
    `GET ${target}#there HTTP/1.1\r\nHost: ${own}\r\n\r\n`,
    `GET http://own.test:${site.port}\\@other.test/ HTTP/1.1\r\nHost: ${own}\r\n\r\n`,
    `GET https://own.test:${site.port}/ HTTP/1.1\r\nHost: ${own}\r\n\r\n`,
    `GET ftp://own.test:${site.port}/ HTTP/1.1\r\nHost: ${own}\r\n\r\n`,
    `GET ws://own.test:${site.port}/ HTTP/1.1\r\nHost: ${own}\r\n\r\n`,
    `GET ${target} HTTP/1.1\r\nHost: ${own}\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n`,
    `OPTIONS * HTTP/1.1\r\nHost: ${own}\r\nconnection: close\r\n\r\n`,
  ]) {
    const answer = await answerTo(world.port, text.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"));
    expect(answer, text).toMatch(/^HTTP\/1\.1 (400|403|505) /);
  }
  expect(asked).toBe(0);
});

it("every refusal has left its line, with the host where it is spelled like one", async () => {
  await world.line(
    ({ host, error_type }) => host === "169.254.169.254:80" || error_type === "address_denied",
  );
  // What Node's parser turns away comes to no exchange, so it has no agent.
  const refused = world.log.filter(({ status, route }) => status === "refused" && route !== undefined);
  expect(refused.length).toBeGreaterThan(90);
  expect(refused.every(({ agent_id, error_type }) => agent_id === "search" && error_type !== undefined)).toBe(
    true,
  );
  expect(refused.some(({ host }) => host === `metadata.google.internal:${site.port}`)).toBe(true);
});
