// Owns the proof of how the data listener takes requests: slow, broken, pipelined, too many. Over real
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
import { linesType } from "../../line-dialect.ts";
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

describe("what is no ordinary path reaches pick", () => {
  it("CONNECT, absolute form, OPTIONS *", async () => {
    const picked: string[] = [];
    const path = await start({
      pick: ({ method, url }) => {
        picked.push(`${method} ${url}`);
        return refuse("egress_denied");
      },
    });
    for (const [method, url] of [
      ["CONNECT", "api.test:443"],
      ["GET", "http://api.test/x?y"],
      ["OPTIONS", "*"],
      ["GET", "/plain"],
    ]) {
      const client = new RawClient(path.port).say(requestHead(method ?? "", url ?? ""));
      expect(await client.hearsAnswer()).toMatch(/^HTTP\/1.1 403 .*x-sluice-refusal: egress_denied/s);
      client.leave();
    }
    expect(picked).toEqual(["CONNECT api.test:443", "GET http://api.test/x?y", "OPTIONS *", "GET /plain"]);
    expect(await path.outcomesAre(4)).toHaveLength(4);
  });

  it("a pick that breaks is a 500 and a bug", async () => {
    const path = await start({
      pick: () => {
        throw new Error("broken");
      },
    });
    const client = new RawClient(path.port).say(requestHead("GET", "/"));
    expect(await client.hearsAnswer()).toMatch(/^HTTP\/1.1 500 .*x-sluice-refusal: internal/s);
    expect(path.bugs).toHaveLength(1);
    client.leave();
  });
});

describe("more requests on one connection", () => {
  it("pipelined ones are answered in their order", async () => {
    const path = await start({
      upstream: (request, response) => {
        const delayMs = request.url === "/1" ? 30 : 0;
        setTimeout(() => response.end(`answer to ${request.url};`), delayMs);
      },
    });
    const client = new RawClient(path.port).say(
      ["/1", "/2", "/3"].map((url) => requestHead("GET", url)).join(""),
    );
    const text = await client.hears("answer to /3;");
    expect(text.match(/answer to \/\d/g)).toEqual(["answer to /1", "answer to /2", "answer to /3"]);
    client.leave();
  });

  it("a client that leaves takes all of them along, the ones whose turn had not come too", async () => {
    let aborted = 0;
    const path = await start({
      upstream: (_request, response) => {
        response.writeHead(200).write("begun");
        response.on("close", () => {
          aborted += 1;
        });
      },
    });
    const requests = Array.from({ length: 20 }, (_, index) => requestHead("GET", `/${index}`));
    const client = new RawClient(path.port).say(requests.join(""));
    await client.hears("begun");
    while (path.upstream.sockets.size < 20) await turn();
    client.leave();
    const outcomes = await path.outcomesAre(20);
    expect(new Set(outcomes.map(({ ended }) => ended))).toEqual(new Set(["client-gone"]));
    while (aborted < 20 || path.server.inFlight > 0) await turn();
  });

  it("too many of them are cut short: 503, and the connection ends", async () => {
    const held: (() => void)[] = [];
    const path = await start({
      upstream: (_request, response) => void held.push(() => response.end("fine")),
      connectionsMax: 64,
    });
    const requests = Array.from({ length: 60 }, (_, index) => requestHead("GET", `/${index}`));
    const client = new RawClient(path.port).say(requests.join(""));
    while (held.length < 33) await turn();
    for (const release of held) release();
    await client.closed;
    const statuses = client.heard.toString().match(/HTTP\/1.1 \d+/g);
    expect(statuses).toEqual([...Array(33).fill("HTTP/1.1 200"), "HTTP/1.1 503"]);
    expect(await path.outcomesAre(34)).toHaveLength(34);
    expect(path.server.inFlight).toBe(0);
    client.leave();
  });

  it("what follows one that can be read in two ways is not believed", async () => {
    const picked: (string | undefined)[] = [];
    const path = await start({
      pick: ({ url }) => {
        picked.push(url);
        return undefined;
      },
    });
    const twoWays = `${requestHead("GET", "/1", "Content-Length: 3")}abc`;
    const client = new RawClient(path.port).say(`${twoWays}${requestHead("GET", "/2")}`);
    expect(await client.hearsAnswer()).toMatch(/^HTTP\/1.1 400 .*connection: close/is);
    await client.closed;
    expect(picked).toEqual([]);
    expect(await path.outcomesAre(1)).toHaveLength(1);
    client.leave();
  });

  it("rubbish behind a request is not taken for its answer", async () => {
    let release: (() => void) | undefined;
    const path = await start({
      upstream: (_request, response) => {
        release = () => response.end("the answer");
      },
    });
    const client = new RawClient(path.port).say(`${requestHead("GET", "/")}rub\0bish\r\n\r\n`);
    while (path.unparsed.length === 0 || release === undefined) await turn();
    client.say("more rubbish");
    expect(client.heard.length).toBe(0);
    release();
    expect(await client.hears("the answer")).toMatch(/^HTTP\/1.1 200 /);
    await client.closed;
    expect(client.heard.toString().match(/HTTP\/1.1/g)).toHaveLength(1);
    expect(path.unparsed).toHaveLength(1);
    client.leave();
  });
});

describe("slow clients", () => {
  const timeouts = { headersMs: 200, requestMs: 400, stallMs: 60_000 };

  it("slow headers are cut: 408, one line", async () => {
    const path = await start({ server: { timeouts } });
    const client = new RawClient(path.port).say("GET / HTTP/1.1\r\nHost:");
    expect(await client.hearsAnswer()).toMatch(/^HTTP\/1.1 408 .*x-sluice-refusal: request_timeout/s);
    await client.closed;
    expect(path.unparsed).toMatchObject([{ code: "request_timeout" }]);
    expect(path.exchanges).toEqual([]);
    client.leave();
  });

  it("slow bodies are cut: 408 in the client's dialect, one outcome", async () => {
    const path = await start({ chain: [new Watch().filter("reads", readsCall)], server: { timeouts } });
    const client = new RawClient(path.port).say(requestHead("POST", "/", "Content-Length: 10"));
    expect(await client.hearsAnswer()).toMatch(/^HTTP\/1.1 408 .*refused request_timeout/s);
    await client.closed;
    expect(path.unparsed).toEqual([]);
    expect(path.outcomes).toMatchObject([{ ended: "refused", status: 408 }]);
    client.leave();
  });

  it("a client that takes nothing is closed; one that takes a little is not", async () => {
    const bytes = 8 * 1024 * 1024;
    const path = await start({
      upstream: (_request, response) => void response.end(Buffer.alloc(bytes)),
      server: { timeouts: { headersMs: 10_000, requestMs: 30_000, stallMs: 300 } },
    });
    const stalled = new RawClient(path.port).say(requestHead("GET", "/stalled"));
    stalled.socket.pause();
    const slow = new RawClient(path.port).say(requestHead("GET", "/slow"));
    slow.socket.on("data", () => {
      slow.socket.pause();
      setTimeout(() => slow.socket.resume(), 5);
    });
    const outcomes = await path.outcomesAre(2);
    expect(outcomes.map(({ ended }) => ended).sort()).toEqual(["client-gone", "done"]);
    while (path.server.inFlight > 0) await turn();
    stalled.leave();
    slow.leave();
  });
});

it("past the in-flight cap: 503 overloaded with Retry-After, and room again later", async () => {
  const held: (() => void)[] = [];
  const path = await start({
    upstream: (_request, response) => void held.push(() => response.end("fine")),
    server: { inFlightMax: 2 },
  });
  const inside = [1, 2].map(() => new RawClient(path.port).say(requestHead("GET", "/")));
  while (held.length < 2) await turn();
  const outside = new RawClient(path.port).say(requestHead("GET", "/"));
  expect(await outside.hearsAnswer()).toMatch(
    /^HTTP\/1.1 503 .*x-sluice-refusal: overloaded.*retry-after: 1/s,
  );
  for (const release of held) release();
  for (const client of inside) expect(await client.hears("fine")).toMatch(/^HTTP\/1.1 200 /);
  while (path.server.inFlight > 0) await turn();
  outside.say(requestHead("GET", "/"));
  while (held.length < 3) await turn();
  held[2]?.();
  await outside.hears("fine");
  for (const client of [...inside, outside]) client.leave();
});

it("a client that hangs up in mid-stream: the upstream is aborted", async () => {
  let isAborted = false;
  const path = await start({
    upstream: (_request, response) => {
      response.writeHead(200, { "content-type": linesType }).write("one\n");
      response.on("close", () => {
        isAborted = true;
      });
    },
  });
  const client = new RawClient(path.port).say(requestHead("GET", "/"));
  await client.hears("one\n");
  client.leave();
  expect(await path.outcomesAre(1)).toMatchObject([{ ended: "client-gone", status: 200, isCommitted: true }]);
  while (!isAborted || path.upstream.sockets.size > 0) await turn();
});

it("an upstream cut in mid-stream: the dialect's error event, no clean end", async () => {
  const path = await start({
    upstream: (_request, response) => {
      response.writeHead(200, { "content-type": linesType }).write("one\n", () => response.destroy());
    },
  });
  const client = new RawClient(path.port).say(requestHead("GET", "/", "Connection: close"));
  expect(await client.hears("!upstream_truncated\n")).toContain("one\n");
  client.leave();
});
