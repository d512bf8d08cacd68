// Owns the proof of tunnels that pass unread: whose name TLS says, ends, bounds, backpressure, audit. Reaches
// loopback only.

import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeLeafKeys, signLeaf } from "../../../core/motion/x509-adapter.ts";
import { eventually } from "../world.ts";
import { clientHello, encryptedHello, serverName } from "./hello.ts";
import {
  answerTo,
  type EgressWorld,
  listenOn,
  rawClient,
  startEgressWorld,
  type TestHost,
  testRoot,
} from "./world.ts";

let host: TestHost;
let world: EgressWorld;
let handle: (socket: Socket) => void = () => {};

beforeAll(async () => {
  host = await listenOn(createServer({ allowHalfOpen: true }, (socket) => handle(socket)));
  const { port } = host;
  world = await startEgressWorld({
    egress: `    "a.test:${port}": { private: true }
    "b.test:${port}": { private: true, connections: 2 }
    "closed.test:9": { private: true }`,
    names: Object.fromEntries(["a", "b", "closed"].map((name) => [`${name}.test`, "127.0.0.1"])),
  });
});

beforeEach(() => {
  handle = (socket) => socket.pipe(socket);
});

afterAll(async () => {
  await world.close();
  await host.close();
});

const connectText = (name: string, more = ""): string =>
  `CONNECT ${name}:${host.port} HTTP/1.1\r\nHost: ${name}:${host.port}\r\n${more}\r\n`;
const established = "HTTP/1.1 200 Connection Established\r\n\r\n";

async function openTunnel(name: string, hello = clientHello([serverName(name)])) {
  const client = rawClient(world.port, connectText(name));
  await client.hears((text) => text === established);
  client.socket.write(hello);
  return client;
}

const lineOf = (name: string, more: Record<string, unknown> = {}) =>
  world.line(
    (line) =>
      line.host === `${name}:${host.port}` &&
      Object.entries(more).every(([key, value]) => line[key] === value),
  );

describe("a tunnel", () => {
  it("passes bytes both ways as they are, the hello included, and says how many", async () => {
    const hello = clientHello([serverName("A.test")]);
    const client = await openTunnel("a.test", hello);
    client.socket.write("and more");
    const whole = Buffer.concat([Buffer.from(established), hello, Buffer.from("and more")]);
    await eventually(() => client.heard().length === whole.length);
    expect(client.heard()).toEqual(whole);
    client.socket.end();
    await client.closed;
    const bytes = hello.length + 8;
    expect(await lineOf("a.test", { status: "success", sent_bytes: bytes })).toMatchObject({
      event: "egress",
      http_status: 200,
      received_bytes: bytes,
      task_id: "unattributed",
      route: `connect a.test:${host.port}`,
    });
    const metrics = await world.metrics();
    expect(metrics).toContain(`sluice_egress_bytes_total{agent_id="search",direction="sent"} ${bytes}`);
    expect(metrics).toContain('sluice_egress_open{agent_id="search"} 0');
    expect(metrics).toContain('sluice_egress_total{agent_id="search",status="success"} 1');
  });

  it("takes a hello that comes with the request, and Python's HTTP/1.0 without a Host", async () => {
    const text = `CONNECT a.test:${host.port} HTTP/1.0\r\n\r\n`;
    const client = rawClient(world.port, "");
    const hello = clientHello([serverName("a.test")]);
    client.socket.write(Buffer.concat([Buffer.from(text), hello]));
    await eventually(() => client.heard().length === established.length + hello.length);
    client.socket.end();
    await client.closed;
  });

  it("whose client has ended still brings what the host has to say, and the other way round", async () => {
    handle = (socket) => {
      socket.resume().on("end", () => {
        socket.write("late ");
        setTimeout(() => socket.end("words"), 50);
      });
    };
    const client = await openTunnel("a.test");
    client.socket.end();
    expect(await client.hears((text) => text.endsWith("words"))).toBe(`${established}late words`);
    await client.closed;
    let heard = "";
    handle = (socket) => {
      socket.end("first");
      socket.on("data", (chunk: Buffer) => {
        heard += chunk.toString("latin1");
      });
    };
    const other = rawClient(world.port, connectText("a.test"));
    other.socket.removeAllListeners("end");
    await other.hears((text) => text === established);
    other.socket.write(clientHello([serverName("a.test")]));
    await once(other.socket, "end");
    other.socket.end("and then");
    await eventually(() => heard.endsWith("and then"));
  });

  it("whose client is gone is closed at its host, and the other way round", async () => {
    const client = await openTunnel("a.test");
    await client.hears((text) => text.length > established.length);
    client.socket.resetAndDestroy();
    await eventually(() => host.sockets.size === 0);
    const before = world.log.length;
    const other = await openTunnel("a.test");
    await other.hears((text) => text.length > established.length);
    for (const socket of host.sockets) socket.resetAndDestroy();
    await other.closed;
    const line = await eventually(() => world.log.slice(before).find((one) => one.host !== undefined));
    expect(line).toMatchObject({ error_type: "upstream_truncated" });
  });
});

describe("what comes through has to be TLS to that very host", () => {
  it.each([
    ["another name", clientHello([serverName("b.test")])],
    ["a longer name", clientHello([serverName("a.test.evil.test")])],
    ["a name with a dot behind it", clientHello([serverName("a.test.")])],
    ["no name", clientHello([])],
    ["two names", clientHello([serverName("a.test"), serverName("b.test")])],
    ["a name that may not be the one meant (ECH)", clientHello([serverName("a.test"), encryptedHello])],
    ["an outer name of another (ECH)", clientHello([serverName("front.test"), encryptedHello])],
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")],
    ["SSH", Buffer.from("SSH-2.0-OpenSSH\r\n")],
  ])("%s: refused, closed, nothing passed on", async (_what, words) => {
    let passed = 0;
    handle = (socket) => {
      socket.on("end", () => socket.end());
      socket.on("data", ({ length }: Buffer) => {
        passed += length;
      });
    };
    const before = world.log.length;
    const client = await openTunnel("a.test", words);
    await client.closed;
    expect(passed).toBe(0);
    await eventually(() => host.sockets.size === 0);
    const line = await eventually(() => world.log.slice(before).find(({ host }) => host !== undefined));
    expect(line).toMatchObject({ event: "agent_error", status: "refused", error_type: "tunnel_denied" });
    if (words[0] === 22)
      expect(client.heard().subarray(established.length)).toEqual(Buffer.from([21, 3, 3, 0, 2, 2, 49]));
  });
});

describe("a second hello, as a server may ask for it", () => {
  it("to the same host passes: Node's own TLS, whose first key is not the server's", async () => {
    const issuer = await testRoot();
    const keys = await makeLeafKeys(issuer);
    const cert = await signLeaf(issuer, "a.test", keys);
    const secure = { cert, key: keys.privatePem, ecdhCurve: "secp521r1" };
    const server = createTlsServer(secure, (tls) => tls.end("hello"));
    handle = (socket) => server.emit("connection", socket);
    const client = rawClient(world.port, connectText("a.test"));
    await client.hears((text) => text === established);
    client.socket.removeAllListeners("data");
    const ca = issuer.certificate.toString("pem");
    const tls = connectTls({
      socket: client.socket,
      servername: "a.test",
      ca,
      ecdhCurve: "X25519:secp521r1",
    });
    const [said] = await once(tls, "data");
    expect(String(said)).toBe("hello");
    tls.destroy();
  });

  it("to another host is cut", async () => {
    const client = await openTunnel("a.test");
    await client.hears((text) => text.length > established.length);
    client.socket.write(clientHello([serverName("b.test")]));
    await client.closed;
    expect(
      await lineOf("a.test", {
        error_type: "tunnel_denied",
        sent_bytes: clientHello([serverName("a.test")]).length,
      }),
    ).toBeDefined();
  });
});

describe("refused before it is opened", () => {
  const other = "not.test:443";
  it.each([
    [
      "a host that is not listed",
      `CONNECT ${other} HTTP/1.1\r\nHost: ${other}\r\n\r\n`,
      "403",
      "egress_denied",
    ],
    ["another port", "CONNECT a.test:1 HTTP/1.1\r\nHost: a.test:1\r\n\r\n", "403", "egress_denied"],
    ["no port", "CONNECT a.test HTTP/1.1\r\nHost: a.test\r\n\r\n", "403", "egress_denied"],
    [
      "a host that cannot be reached",
      "CONNECT closed.test:9 HTTP/1.1\r\nHost: closed.test:9\r\n\r\n",
      "502",
      "upstream_unreachable",
    ],
  ])("%s", async (_what, text, status, code) => {
    expect(await answerTo(world.port, text)).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} .*x-sluice-refusal: ${code}`, "s"),
    );
  });

  it.each([
    ["another Host", "Host: b.test:443\r\n"],
    ["two Hosts", "Host: a.test\r\nHost: b.test\r\n"],
    ["a length", "Host: a.test\r\nContent-Length: 5\r\n", "hello"],
    ["chunks", "Host: a.test\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"],
    ["an upgrade", "Host: a.test\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"],
  ])("smuggling: a CONNECT with %s", async (_what, headers, body = "") => {
    const text = `CONNECT a.test:${host.port} HTTP/1.1\r\n${headers}\r\n${body}`;
    const answer = await answerTo(world.port, text);
    expect(answer).toMatch(/^HTTP\/1\.1 40[03] .*x-sluice-refusal: (request_malformed|upgrade_refused)/s);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it("slots that are taken: 429, and free again when tunnels end", async () => {
    const [one, two] = [await openTunnel("b.test"), await openTunnel("b.test")];
    const third = await answerTo(world.port, connectText("b.test"));
    expect(third).toMatch(/^HTTP\/1\.1 429 .*x-sluice-refusal: concurrency_limited/s);
    for (const client of [one, two]) client.socket.destroy();
    await eventually(() => host.sockets.size === 0);
    const again = await openTunnel("b.test");
    again.socket.destroy();
  });
});
