// Owns the proof of how a listener ends: what may finish, what is cut, what is said. Upgrades too. Over real
// sockets.

import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { refuse } from "../../../core/contracts/refusal.ts";
import type { UpgradeRequest } from "../../../core/motion/picked.ts";
import { type DataPath, type DataPathOptions, RawClient, startDataPath, turn } from "../../data-path.ts";
import { linesType } from "../../line-dialect.ts";
import { Watch } from "../../watched-chain.ts";

const paths: DataPath[] = [];
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.leave();
  for (const path of paths.splice(0)) await path.close();
});

/** An upstream that begins a stream and ends it when it is told to. */
async function startStreaming(options: Partial<DataPathOptions> = {}): Promise<[DataPath, () => void]> {
  const ends: (() => void)[] = [];
  const path = await startDataPath({
    upstream: (_request, response) => {
      response.writeHead(200, { "content-type": linesType }).write("one\n");
      ends.push(() => response.end("two\n.\n"));
    },
    ...options,
  });
  paths.push(path);
  return [path, () => ends.splice(0).map((end) => end())];
}

function clientOf({ port }: DataPath): RawClient {
  const client = new RawClient(port);
  clients.push(client);
  return client;
}

const get = "GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n";

function refusesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(false)).on("error", () => resolve(true));
    socket.on("close", () => socket.destroy());
  });
}

describe("drain", () => {
  it("finish takes no new connection, waits for what is in flight, and then ends", async () => {
    const [path, endAll] = await startStreaming();
    const client = clientOf(path).say(get);
    await client.hears("one\n");
    const finished = path.server.finish(60_000);
    expect(await refusesConnections(path.port)).toBe(true);
    expect(path.server.inFlight).toBe(1);
    endAll();
    expect(await client.hears("two\n")).toMatch(/\.\n\r\n0\r\n\r\n$/);
    await finished;
    expect(path.outcomes).toMatchObject([{ ended: "done" }]);
  });

  it("what is left after the grace gets its dialect's error event, and no clean end", async () => {
    const [path] = await startStreaming();
    const client = clientOf(path).say(get);
    await client.hears("one\n");
    await path.server.finish(20);
    expect(await client.hears("!draining\n")).toContain("one\n");
    expect(path.outcomes).toMatchObject([{ ended: "refused", refusal: { code: "draining" } }]);
    while (path.upstream.sockets.size > 0) await turn();
  });

  it("what waits for its upstream's head is refused with its own status", async () => {
    const [path] = await startStreaming({ upstream: () => {} });
    const client = clientOf(path).say(get);
    while (path.upstream.sockets.size === 0) await turn();
    await path.server.finish(20);
    expect(await client.hears("refused draining")).toMatch(/^HTTP\/1.1 503 .*connection: close/is);
  });

  it("the last bytes reach a client that reads slowly: the walk is over, the answer is not", async () => {
    const bytes = 8 * 1024 * 1024 - 1;
    const [path] = await startStreaming({
      upstream: (_request, response) => {
        response.writeHead(200, { "content-type": "text/whole" }).end(Buffer.alloc(bytes));
      },
      chain: [new Watch().filter("reads", { frame: (frame) => frame })],
    });
    const client = clientOf(path).say(get);
    client.socket.pause();
    await path.outcomesAre(1);
    const finished = path.server.finish(60_000);
    expect(path.server.inFlight).toBe(1);
    client.socket.resume();
    await finished;
    await client.closed;
    expect(client.heard.length).toBeGreaterThan(bytes);
  });

  it("two that finish and close at the same time all come to their end", async () => {
    const [path] = await startStreaming();
    const client = clientOf(path).say(get);
    await client.hears("one\n");
    await Promise.all([path.server.finish(60_000), path.server.finish(10), path.server.close()]);
    expect(path.server.inFlight).toBe(0);
  });

  it("while it winds down it still accepts, and asks each client to come back elsewhere", async () => {
    const [path, endAll] = await startStreaming();
    path.server.windDown();
    const client = clientOf(path).say(get);
    expect(await client.hears("one\n")).toMatch(/connection: close/i);
    endAll();
    expect(await client.closed).toBe("end");
  });
});

describe("cut from outside", () => {
  it("after the commit: the dialect's error event; a kept connection is closed", async () => {
    const [path] = await startStreaming();
    const client = clientOf(path).say(get);
    await client.hears("one\n");
    path.exchanges[0]?.cut(refuse("credential_invalid"));
    await client.hears("!credential_invalid\n");
    expect(await path.outcomesAre(1)).toMatchObject([{ ended: "refused", status: 200 }]);
  });

  it("after the commit, where the format cannot say it: a reset, no clean end", async () => {
    const [path] = await startStreaming({
      upstream: (_request, response) =>
        void response.writeHead(200, { "content-type": "text/whole" }).write("half"),
    });
    const client = clientOf(path).say(get);
    await client.hears("half");
    path.exchanges[0]?.cut(refuse("draining"));
    await client.closed;
    expect(client.heard.toString()).not.toContain("0\r\n\r\n");
  });
});

describe("upgrades", () => {
  const upgrade = "GET /ws HTTP/1.1\r\nHost: gw.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const carryUpgrade = ({ socket }: UpgradeRequest): Promise<void> =>
    new Promise((resolve) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      socket.on("data", (chunk) => socket.write(`heard ${chunk}`));
      socket.on("end", () => socket.end()).on("close", () => resolve());
    });

  it("are carried past the filters that let them in, and close their visits when they end", async () => {
    const watch = new Watch();
    const [path] = await startStreaming({ chain: [watch.filter("a")], server: { carryUpgrade } });
    const client = clientOf(path).say(upgrade);
    await client.hears("HTTP/1.1 101");
    await client.say("hello").hears("heard hello");
    expect(watch.asked).toEqual(["open a"]);
    expect(path.server.inFlight).toBe(1);
    client.leave();
    expect(await path.outcomesAre(1)).toMatchObject([{ ended: "done", status: 101 }]);
    while (path.server.inFlight > 0) await turn();
    expect(watch.breaches()).toEqual([]);
  });

  it.each([
    ["a filter refuses", { chain: [new Watch().filter("a", {}, refuse("caller_denied"))] }, "caller_denied"],
    [
      "a visit reads calls but no messages",
      { chain: [new Watch().filter("a", { call: () => undefined })] },
      "upgrade_refused",
    ],
    ["nothing is routed there", { pick: () => refuse("route_unknown") }, "route_unknown"],
  ])("are refused where %s", async (_why, options, code) => {
    const [path] = await startStreaming({ ...options, server: { carryUpgrade } });
    const client = clientOf(path).say(upgrade);
    expect(await client.hearsAnswer()).toMatch(
      new RegExp(`^HTTP/1.1 40[34] .*x-sluice-refusal: ${code}`, "s"),
    );
    await client.closed;
    expect(await path.outcomesAre(1)).toMatchObject([{ ended: "refused" }]);
    while (path.server.inFlight > 0) await turn();
  });

  it("that break while they are carried are a bug, and their connection ends", async () => {
    const [path] = await startStreaming({
      server: { carryUpgrade: () => Promise.reject(new Error("broken")) },
    });
    const client = clientOf(path).say(upgrade);
    await client.closed;
    expect(await path.outcomesAre(1)).toMatchObject([{ ended: "bug" }]);
    expect(path.bugs).toHaveLength(1);
    while (path.server.inFlight > 0) await turn();
  });

  it("are cut by a drain", async () => {
    const [path] = await startStreaming({ server: { carryUpgrade } });
    const client = clientOf(path).say(upgrade);
    await client.hears("HTTP/1.1 101");
    await path.server.finish(20);
    await client.closed;
    expect(path.outcomes).toMatchObject([{ ended: "refused", refusal: { code: "draining" } }]);
  });
});
