// Owns the proof that silence, time and what is not taken are bounded in tunnels. Reaches loopback only.

import { createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../world.ts";
import { clientHello, serverName } from "./hello.ts";
import {
  type EgressWorld,
  listenOn,
  type RawClient,
  rawClient,
  startEgressWorld,
  type TestHost,
} from "./world.ts";

let host: TestHost;
let world: EgressWorld;
let handle: (socket: Socket) => void = () => {};

beforeAll(async () => {
  host = await listenOn(createServer({ allowHalfOpen: true }, (socket) => handle(socket)));
  const { port } = host;
  world = await startEgressWorld({
    egress: `    "a.test:${port}": { private: true }
    "c.test:${port}": { private: true, timeouts: { idle: 300ms } }
    "d.test:${port}": { private: true, timeouts: { total: 400ms } }`,
    names: Object.fromEntries(["a", "c", "d"].map((name) => [`${name}.test`, "127.0.0.1"])),
  });
});

beforeEach(() => {
  handle = (socket) => socket.pipe(socket);
});

afterAll(async () => {
  await world.close();
  await host.close();
});

async function openTunnel(name: string): Promise<RawClient> {
  const authority = `${name}:${host.port}`;
  const client = rawClient(world.port, `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  await client.hears((text) => text.endsWith("\r\n\r\n"));
  client.socket.write(clientHello([serverName(name)]));
  return client;
}

const lineOf = (name: string) => world.line((line) => line.host === `${name}:${host.port}`);

describe("bounds", () => {
  it("silence, and time in all", async () => {
    const silent = await openTunnel("c.test");
    await silent.closed;
    expect(await lineOf("c.test")).toMatchObject({ status: "error", error_type: "upstream_timeout" });
    const talking = await openTunnel("d.test");
    const talk = setInterval(() => talking.socket.write("still here"), 50);
    await talking.closed;
    clearInterval(talk);
    expect(await lineOf("d.test")).toMatchObject({ error_type: "upstream_timeout" });
    await eventually(() => host.sockets.size === 0);
  });

  it("who does not take slows down who gives, both ways", async () => {
    const block = Buffer.alloc(64 * 1024);
    let given = 0;
    const give = (to: Socket): void => {
      const more = (): void => {
        while (given < 200 * 1024 * 1024 && !to.destroyed) {
          given += block.length;
          if (!to.write(block)) break;
        }
      };
      to.on("drain", more);
      more();
    };
    handle = (socket) => {
      socket.resume();
      give(socket);
    };
    const deaf = await openTunnel("a.test");
    deaf.socket.pause();
    await settled(() => given);
    // Kernel buffers on four sockets, and 64 KiB of our own in between.
    expect(given).toBeLessThan(32 * 1024 * 1024);
    deaf.socket.destroy();
    given = 0;
    handle = (socket) => socket.pause();
    const loud = await openTunnel("a.test");
    give(loud.socket);
    await settled(() => given);
    expect(given).toBeLessThan(32 * 1024 * 1024);
    loud.socket.destroy();
  });
});

/** Until it has not changed for a while. */
async function settled(figure: () => number): Promise<void> {
  for (let last = -1; last !== figure(); ) {
    last = figure();
    await sleep(200);
  }
}
