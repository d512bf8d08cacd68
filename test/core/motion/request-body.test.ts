// Owns the proof of how a request's body is taken: bounded, asked for, broken off, answered early. Over real
// sockets.

import type { RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { refuse } from "../../../core/contracts/refusal.ts";
import {
  type DataPath,
  type DataPathOptions,
  RawClient,
  requestHead,
  startDataPath,
  turn,
} from "../../data-path.ts";
import { Watch } from "../../watched-chain.ts";

const paths: DataPath[] = [];
afterEach(async () => {
  for (const path of paths.splice(0)) await path.close();
});

const echo: RequestListener = (request, response) => {
  request.on("error", () => {});
  request.resume().on("end", () => response.end(`answer to ${request.url}`));
};

async function start(options: Partial<DataPathOptions> = {}): Promise<DataPath> {
  const path = await startDataPath({ upstream: echo, ...options });
  paths.push(path);
  return path;
}

const readsCall = { call: () => undefined };

describe("a body", () => {
  it("past its bound: 413 reaches the client that is still sending, and sending goes on", async () => {
    const path = await start({ chain: [new Watch().filter("reads", readsCall)] });
    const stated = new RawClient(path.port).say(requestHead("POST", "/", "Content-Length: 50000000"));
    const grown = new RawClient(path.port).say(requestHead("POST", "/", "Transfer-Encoding: chunked"));
    for (const client of [stated, grown]) {
      const chunk = Buffer.alloc(64 * 1024, "x");
      for (let sent = 0; sent < 30; sent++) {
        if (client === grown) client.say("10000\r\n").say(chunk).say("\r\n");
        else client.say(chunk);
      }
      const text = await client.hearsAnswer();
      expect(text).toMatch(/^HTTP\/1.1 413 .*x-sluice-refusal: body_too_large/s);
      expect(text).toMatch(/connection: close/i);
      client.leave();
    }
    expect(await path.outcomesAre(2)).toMatchObject([{ ended: "refused" }, { ended: "refused" }]);
  });

  it("that streams through is held to the same bound, stated or not", async () => {
    const path = await start();
    const stated = new RawClient(path.port).say(requestHead("POST", "/", "Content-Length: 2000000"));
    const grown = new RawClient(path.port).say(requestHead("POST", "/", "Transfer-Encoding: chunked"));
    for (let sent = 0; sent < 20; sent++)
      grown
        .say("10000\r\n")
        .say(Buffer.alloc(64 * 1024))
        .say("\r\n");
    for (const client of [stated, grown]) {
      expect(await client.hearsAnswer()).toMatch(/^HTTP\/1.1 413 .*x-sluice-refusal: body_too_large/s);
      client.leave();
    }
    expect(await path.outcomesAre(2)).toMatchObject([{ ended: "refused" }, { ended: "refused" }]);
  });

  it("is asked for only when it is wanted (Expect: 100-continue)", async () => {
    const path = await start({
      chain: [new Watch().filter("reads", readsCall)],
      pick: ({ url }) => (url === "/no" ? refuse("route_unknown") : undefined),
    });
    const expecting = ["Expect: 100-continue", "Content-Length: 3"];
    const refused = new RawClient(path.port).say(requestHead("POST", "/no", ...expecting));
    expect(await refused.hearsAnswer()).toMatch(/^HTTP\/1.1 404 /);
    refused.leave();
    const invited = new RawClient(path.port).say(requestHead("POST", "/", ...expecting));
    await invited.hears("HTTP/1.1 100 Continue\r\n\r\n");
    expect(await invited.say("abc").hears("answer to /")).toContain("HTTP/1.1 200 OK");
    invited.leave();
  });

  it("that ends in a broken chunk: the dialect's refusal, one outcome, no second line", async () => {
    for (const chain of [[], [new Watch().filter("reads", readsCall)]]) {
      const path = await start({ chain });
      const client = new RawClient(path.port).say(requestHead("POST", "/", "Transfer-Encoding: chunked"));
      client.say("5\r\nhello\r\n");
      while (path.server.inFlight === 0) await turn();
      client.say("zz\r\n");
      expect(await client.hearsAnswer()).toMatch(/^HTTP\/1.1 400 .*refused request_malformed/s);
      expect(await path.outcomesAre(1)).toMatchObject([{ ended: "refused", status: 400 }]);
      expect(path.unparsed).toEqual([]);
      client.leave();
    }
  });

  it("that an upstream answers early leaves its client to read the answer", async () => {
    const path = await start({
      upstream: (_request, response) => void response.writeHead(409).end("enough"),
      bodyBytesMax: 100_000_000,
    });
    const client = new RawClient(path.port).say(requestHead("POST", "/", "Content-Length: 50000000"));
    for (let sent = 0; sent < 10; sent++) client.say(Buffer.alloc(64 * 1024));
    expect(await client.hears("enough")).toMatch(/^HTTP\/1.1 409 .*connection: close/is);
    client.leave();
  });

  it("whose upstream is lost while it is sent: 502, not a reset", async () => {
    const path = await start({
      upstream: (request) => void request.once("data", () => request.socket.destroy()),
      bodyBytesMax: 100_000_000,
    });
    const client = new RawClient(path.port).say(requestHead("POST", "/", "Content-Length: 50000000"));
    client.say(Buffer.alloc(64 * 1024));
    expect(await client.hearsAnswer()).toMatch(/^HTTP\/1.1 502 /);
    client.leave();
  });

  it("whose sender leaves: client-gone, and the upstream hears no more of it", async () => {
    for (const chain of [[], [new Watch().filter("reads", readsCall)]]) {
      const path = await start({ chain });
      const client = new RawClient(path.port).say(requestHead("POST", "/", "Content-Length: 500000"));
      client.say("x");
      while (path.server.inFlight === 0 || (chain.length === 0 && path.upstream.sockets.size === 0))
        await turn();
      client.leave();
      expect(await path.outcomesAre(1)).toMatchObject([{ ended: "client-gone" }]);
      while (path.upstream.sockets.size > 0) await turn();
    }
  });
});
