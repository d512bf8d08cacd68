// Owns the proof of how tunnels live beside everything else: whose they are, drains, reloads, bounds. Reaches
// loopback only.

import { writeFile } from "node:fs/promises";
import { createServer as createSite } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../world.ts";
import { clientHello, serverName } from "./hello.ts";
import { type InspectedWorld, startInspectedWorld } from "./inspected-world.ts";
import {
  answerTo,
  canListenOn443,
  type EgressWorld,
  type EgressWorldOptions,
  egressPolicy,
  listenOn,
  rawClient,
  startEgressWorld,
  type TestHost,
} from "./world.ts";

const isPossible = await canListenOn443();
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startEcho(): Promise<TestHost> {
  const host = await listenOn(createServer((socket) => void socket.pipe(socket)));
  cleanups.push(host.close);
  return host;
}

async function start(options: EgressWorldOptions): Promise<EgressWorld> {
  const world = await startEgressWorld(options);
  cleanups.push(world.close);
  return world;
}

describe("a drain", () => {
  it("leaves tunnels the grace, then cuts them with a line of their own", async () => {
    const host = await startEcho();
    const world = await startEgressWorld({
      egress: `    "a.test:${host.port}": { private: true }`,
      names: { "a.test": "127.0.0.1" },
    });
    const client = rawClient(
      world.port,
      `CONNECT a.test:${host.port} HTTP/1.1\r\nHost: a.test:${host.port}\r\n\r\n`,
    );
    client.socket.write(clientHello([serverName("a.test")]));
    await client.hears((text) => text.length > 50);
    await world.close();
    await client.closed;
    await eventually(() => host.sockets.size === 0);
    expect(await world.line(({ host: named }) => named !== undefined)).toMatchObject({
      error_type: "draining",
    });
  });

  it.skipIf(!isPossible)("does not wait for idle connections inside tunnels that are read", async () => {
    const inspected: InspectedWorld = await startInspectedWorld("127.0.96");
    const tls = await inspected.inside();
    tls.on("error", () => {});
    tls.write("GET /a HTTP/1.1\r\nHost: tools.test\r\n\r\n");
    await new Promise((resolve) => tls.once("data", resolve));
    const startedAtMs = performance.now();
    await inspected.world.sidecar.drain();
    // The grace is 5 s.
    expect(performance.now() - startedAtMs).toBeLessThan(3_000);
    await inspected.close();
  });
});

describe("whose it is", () => {
  const unattributed = async (): Promise<{ host: TestHost; world: EgressWorld }> => {
    const host = await startEcho();
    const world = await start({
      egress: `    "a.test:${host.port}": { private: true }`,
      agentSpec: "  onUnattributed: refuse",
      names: { "a.test": "127.0.0.1" },
    });
    return { host, world };
  };

  it("nobody's is refused where the policy says so, tunnels and requests alike", async () => {
    const { host, world } = await unattributed();
    const authority = `a.test:${host.port}`;
    for (const line of [`CONNECT ${authority}`, `GET http://${authority}/`]) {
      const answer = await answerTo(
        world.port,
        `${line} HTTP/1.1\r\nHost: ${authority}\r\nconnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 403 .*x-sluice-refusal: unattributed_denied/s);
    }
    expect(host.sockets.size).toBe(0);
  });
});

describe("bounds and reloads", () => {
  it("nothing starts that would show certificates nobody can trust, and no reload asks for it", async () => {
    const egress = '    "tools.test:443": { inspect: true }';
    const failed = await startEgressWorld({ egress, withoutAuthority: true }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ problems: [{ line: 6, hint: expect.stringContaining("--ca-bundle") }] });
    const world = await start({ egress: '    "a.test:443": {}', withoutAuthority: true });
    await writeFile(join(world.bundleFile, "../../policy.yaml"), egressPolicy({ egress }));
    expect(await world.sidecar.reload()).toBe("failed");
  });

  it("tunnels are in flight like everything else", async () => {
    const host = await startEcho();
    const world = await start({
      egress: `    "a.test:${host.port}": { private: true }`,
      names: { "a.test": "127.0.0.1" },
      inFlightMax: 2,
    });
    const authority = `a.test:${host.port}`;
    const text = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
    const open = [rawClient(world.port, text), rawClient(world.port, text)];
    for (const client of open) await client.hears((said) => said.includes("200"));
    expect(await answerTo(world.port, text)).toMatch(/^HTTP\/1\.1 503 .*x-sluice-refusal: overloaded/s);
    for (const client of open) client.socket.destroy();
  });

  it("a reload takes hosts away from the next request, and leaves an open tunnel alone", async () => {
    const host = await startEcho();
    const site = await listenOn(createSite((_request, response) => void response.end("ok")));
    cleanups.push(site.close);
    const names = { "a.test": "127.0.0.1" };
    const both = `    "a.test:${host.port}": { private: true }\n    "a.test:${site.port}": { private: true }`;
    const world = await start({ egress: both, names });
    const authority = `a.test:${host.port}`;
    const client = rawClient(world.port, `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
    client.socket.write(clientHello([serverName("a.test")]));
    await client.hears((text) => text.length > 100);
    const ask = () =>
      answerTo(
        world.port,
        `GET http://a.test:${site.port}/ HTTP/1.1\r\nHost: a.test:${site.port}\r\nconnection: close\r\n\r\n`,
      );
    expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    const only = `    "other.test:443": {}`;
    await writeFile(join(world.bundleFile, "../../policy.yaml"), egressPolicy({ egress: only }));
    await world.sidecar.reload();
    expect(await ask()).toMatch(/^HTTP\/1\.1 403 .*egress_denied/s);
    const before = client.heard().length;
    client.socket.write("still here");
    await eventually(() => client.heard().length === before + 10);
    client.socket.destroy();
  });
});
