// Owns the proof that an agent's limits by host count what passes to hosts that it names: requests and
// tunnels, each until it ends. Reaches loopback only.

import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../world.ts";
import { clientHello, serverName } from "./hello.ts";
import {
  answerTo,
  type EgressWorld,
  listenOn,
  type RawClient,
  rawClient,
  startEgressWorld,
  type TestHost,
} from "./world.ts";

let site: TestHost;
let far: TestHost;
let world: EgressWorld;

beforeAll(async () => {
  site = await listenOn(createServer((_request, response) => void response.end("ok")));
  far = await listenOn(createTcpServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket)));
  world = await startEgressWorld({
    egress: `    "a.test:${site.port}": { private: true }
    "b.test:${site.port}": { private: true }
    "c.test:${far.port}": { private: true }`,
    agentSpec: `  limits:
    each: { requests: 2, window: { sliding: 1h }, by: [ agent, host ], match: 'host != "c.test:${far.port}"' }
    tunnels: { concurrency: 1, match: 'host == "c.test:${far.port}"', by: [ agent ] }
    of-tasks: { requests: 1, window: { sliding: 1h }, by: [ agent ] }`,
    names: { "a.test": "127.0.0.1", "b.test": "127.0.0.1", "c.test": "127.0.0.1" },
  });
});
afterAll(async () => {
  await world.close();
  await site.close();
  await far.close();
});

function get(name: string): Promise<string> {
  const host = `${name}:${site.port}`;
  return answerTo(world.port, `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nconnection: close\r\n\r\n`);
}

function connect(name: string): RawClient {
  const host = `${name}:${far.port}`;
  return rawClient(world.port, `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
}

it("requests to each host, and no other limits", async () => {
  for (const _ of [1, 2]) expect(await get("a.test")).toMatch(/^HTTP\/1\.1 200 /);
  const refused = await get("a.test");
  expect(refused).toMatch(/^HTTP\/1\.1 429 .*x-sluice-refusal: rate_limited/s);
  expect(refused).toMatch(/retry-after: \d+/i);
  expect(await get("b.test")).toMatch(/^HTTP\/1\.1 200 /);
  const line = await world.line(({ error_type }) => error_type === "rate_limited");
  expect(line).toMatchObject({ host: `a.test:${site.port}`, route: `egress a.test:${site.port}` });
});

it("tunnels, each of which holds its slot until it is closed", async () => {
  const first = connect("c.test");
  expect(await first.hears((text) => text.endsWith("\r\n\r\n"))).toMatch(/^HTTP\/1\.1 200 /);
  first.socket.write(clientHello([serverName("c.test")]));
  await eventually(() => far.sockets.size === 1);
  const second = connect("c.test");
  await second.closed;
  expect(second.heard().toString()).toMatch(/^HTTP\/1\.1 429 .*x-sluice-refusal: concurrency_limited/s);
  first.socket.destroy();
  await world.line(({ route, status }) => status !== "refused" && String(route).startsWith("connect"));
  const third = connect("c.test");
  await eventually(() => third.heard().length > 0);
  expect(third.heard().toString()).toMatch(/^HTTP\/1\.1 200 /);
  third.socket.destroy();
});
