// Owns the proof that the way to an upstream is bounded and never stuck, over real sockets. Knows no walk.

import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { Pool } from "undici";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Timeouts } from "../../../core/contracts/exchange.ts";
import type { Refusal } from "../../../core/contracts/refusal.ts";
import type { Resolve } from "../../../core/motion/dial.ts";
import type { Reply } from "../../../core/motion/source.ts";
import {
  type Outgoing,
  type Sending,
  Transport,
  type TransportOptions,
} from "../../../core/motion/transport.ts";
import { startUpstream, type Upstream } from "../../data-path.ts";

const timeouts: Timeouts = { connectMs: 500, firstByteMs: 5_000, idleMs: 5_000, totalMs: 60_000 };
const get: Outgoing = { method: "GET", path: "/", headers: {}, body: undefined };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function upstreamOf(listener: Parameters<typeof startUpstream>[0]): Promise<Upstream> {
  const upstream = await startUpstream(listener);
  cleanups.push(() => upstream.close());
  return upstream;
}

function transportTo(origin: string, options: Partial<TransportOptions> = {}): Transport {
  const transport = new Transport({ origin, timeouts, connectionsMax: 2, ...options });
  cleanups.push(() => transport.destroy());
  return transport;
}

/** Status and body, or the code of the refusal. */
async function taken(sending: Sending): Promise<string> {
  const reply = await sending.replied;
  if (reply.kind === "refusal") return reply.code;
  const body = await bodyOf(reply);
  return typeof body === "string" ? `${reply.head.status} ${body}` : body.code;
}

function bodyOf({ source }: Reply): Promise<string | Refusal> {
  return new Promise((resolve) => {
    let text = "";
    source.attach({
      data: (chunk) => {
        text += chunk;
      },
      end: () => resolve(text),
      lost: resolve,
    });
  });
}

describe("a bounded pool", () => {
  it("loses no slot to requests that are rejected on the spot", async () => {
    const { origin } = await upstreamOf((_request, response) => response.end("fine"));
    const transport = transportTo(origin);
    const invalid: Outgoing[] = [
      { ...get, headers: { "x-user-id": "line\nbreak" } },
      { ...get, headers: { expect: "100-continue" } },
      { ...get, headers: { "transfer-encoding": "chunked" } },
      { ...get, path: "/a b" },
      { ...get, headers: { "x-user-id": "Zo\u00eb \u2603" } },
    ];
    for (let round = 0; round < 4; round++) {
      for (const outgoing of invalid) expect(await taken(transport.send(outgoing))).toBe("request_malformed");
      expect(await taken(transport.send(get))).toBe("200 fine");
    }
  });

  it("undici by itself does lose them: without the watch the pool would be dead", async () => {
    const { origin } = await upstreamOf((_request, response) => response.end("fine"));
    const pool = new Pool(origin, { connections: 1 });
    cleanups.push(() => pool.destroy());
    const rejected = pool.request({ path: "/a b", method: "GET" });
    await expect(rejected).rejects.toThrow();
    const next = pool.request({ path: "/", method: "GET" }).then(
      () => "answered",
      () => "failed",
    );
    const turns = (async () => {
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
      return "waits for ever";
    })();
    expect(await Promise.race([next, turns])).toBe("waits for ever");
  });

  it("replaces one in which requests wait and nothing moves", async () => {
    const { origin } = await upstreamOf((_request, response) => response.end("fine"));
    const transport = transportTo(origin);
    const dispatch = vi.spyOn(Pool.prototype, "dispatch").mockImplementation(() => true);
    const stuck = transport.send(get);
    dispatch.mockRestore();
    const now = performance.now();
    vi.spyOn(performance, "now").mockReturnValue(now + timeouts.connectMs + 1_001);
    expect(await taken(transport.send(get))).toBe("200 fine");
    stuck.abort();
    expect(await taken(stuck)).toBe("upstream_unreachable");
  });

  it("opens no more connections than its bound, and serves those who wait in turn", async () => {
    const upstream = await upstreamOf((request, response) => {
      expect(upstream.sockets.size).toBeLessThanOrEqual(2);
      setImmediate(() => response.end(request.url));
    });
    const transport = transportTo(upstream.origin);
    const paths = Array.from({ length: 10 }, (_, index) => `/${index}`);
    const answers = paths.map((path) => taken(transport.send({ ...get, path })));
    expect(await Promise.all(answers)).toEqual(paths.map((path) => `200 ${path}`));
  });

  it("says overloaded once its line is full, and serves again when it is not", async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { origin } = await upstreamOf(async (_request, response) => {
      await released;
      response.end("fine");
    });
    const transport = transportTo(origin);
    const sendings = Array.from({ length: 11 }, () => transport.send(get));
    expect(await sendings.at(-1)?.replied).toMatchObject({ code: "overloaded", status: 503, retryAfterS: 1 });
    release();
    expect(await Promise.all(sendings.slice(0, 10).map(taken))).toEqual(Array(10).fill("200 fine"));
    expect(await taken(transport.send(get))).toBe("200 fine");
  });

  it("never sends a request that was aborted while it waited, and gives its place to the next", async () => {
    const seen: (string | undefined)[] = [];
    const held: (() => void)[] = [];
    const { origin } = await upstreamOf((request, response) => {
      seen.push(request.url);
      if (request.url === "/held") held.push(() => response.end("held"));
      else response.end("fine");
    });
    const transport = transportTo(origin, { connectionsMax: 1 });
    const first = transport.send({ ...get, path: "/held" });
    const unwanted = [1, 2, 3].map((index) => transport.send({ ...get, path: `/unwanted-${index}` }));
    const last = transport.send({ ...get, path: "/last" });
    for (const sending of unwanted) sending.abort();
    expect(await Promise.all(unwanted.map(taken))).toEqual(Array(3).fill("upstream_unreachable"));
    const more = Array.from({ length: 3 }, () => transport.send({ ...get, path: "/more" }));
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    held[0]?.();
    expect(await taken(first)).toBe("200 held");
    expect(await Promise.all([last, ...more].map(taken))).toEqual(Array(4).fill("200 fine"));
    expect(seen).toEqual(["/held", "/last", "/more", "/more", "/more"]);
  });

  it("never sends a request that was aborted while its connection was being made", async () => {
    const seen: (string | undefined)[] = [];
    const { origin } = await upstreamOf((request, response) => {
      seen.push(request.url);
      response.end("fine");
    });
    const transport = transportTo(origin, { connectionsMax: 1 });
    const unwanted = transport.send({ ...get, path: "/unwanted" });
    unwanted.abort();
    expect(await taken(unwanted)).toBe("upstream_unreachable");
    expect(await taken(transport.send(get))).toBe("200 fine");
    expect(seen).toEqual(["/"]);
  });
});

describe("an upstream's waits", () => {
  const short = (waits: Partial<Timeouts>) => ({ timeouts: { ...timeouts, ...waits } });

  it("no head in time: upstream_timeout, and its connection is closed", async () => {
    const upstream = await upstreamOf(() => {});
    const transport = transportTo(upstream.origin, short({ connectMs: 20, firstByteMs: 50 }));
    expect(await taken(transport.send(get))).toBe("upstream_timeout");
    while (upstream.sockets.size > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it("a body that stops coming: upstream_timeout", async () => {
    const { origin } = await upstreamOf((_request, response) => void response.writeHead(200).write("half"));
    const transport = transportTo(origin, short({ idleMs: 100 }));
    expect(await taken(transport.send(get))).toBe("upstream_timeout");
  });

  it("nobody listens: upstream_unreachable; nobody accepts in time: the same", async () => {
    const { origin, close } = await upstreamOf(() => {});
    await close();
    expect(await taken(transportTo(origin).send(get))).toBe("upstream_unreachable");
    const resolve = () => {};
    const deaf = transportTo("http://never.test", { ...short({ connectMs: 50 }), dial: { resolve } });
    expect(await taken(deaf.send(get))).toBe("upstream_unreachable");
  });

  it("a name that does not resolve: upstream_unreachable, and nothing crashes", async () => {
    const resolve: Resolve = (_name, _options, callback) =>
      callback(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }), undefined as never);
    const transport = transportTo("http://never.test", { dial: { resolve } });
    expect(await taken(transport.send(get))).toBe("upstream_unreachable");
  });
});

describe("an upstream that breaks the protocol", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["is no HTTP", "hello\r\n\r\n", "upstream_malformed"],
    ["ends in its head", "HTTP/1.1 200 OK\r\ncontent-", "upstream_unreachable"],
    [
      "ends before its stated length",
      "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
      "upstream_truncated",
    ],
    [
      "ends in mid-chunk",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nhalf",
      "upstream_truncated",
    ],
    [
      "states a length that is not one",
      "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
      "upstream_malformed",
    ],
    [
      "sends 17 KiB of headers",
      `HTTP/1.1 200 OK\r\nx: ${"y".repeat(17 * 1024)}\r\n\r\n`,
      "upstream_too_large",
    ],
    ["switches protocols unasked", "HTTP/1.1 101 Fine\r\nupgrade: x\r\n\r\n", "upstream_unreachable"],
    [
      "sends early hints first",
      "HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx",
      "200 x",
    ],
  ];

  it.each(cases)("%s", async (_what, bytes, said) => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {}).once("data", () => socket.end(bytes));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    expect(await taken(transportTo(`http://127.0.0.1:${port}`).send(get))).toBe(said);
  });
});

describe("backpressure", () => {
  it("what comes before anybody listens is bounded, and nothing is lost", async () => {
    const total = 8 * 1024 * 1024;
    const { origin } = await upstreamOf((_request, response) => response.end(Buffer.alloc(total, "x")));
    const reply = await transportTo(origin).send(get).replied;
    if (reply.kind === "refusal") throw new Error(reply.code);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    let early = 0;
    let count = 0;
    const ended = new Promise<void>((resolve) => {
      reply.source.attach({
        data: (chunk) => {
          count += chunk.length;
        },
        end: resolve,
        lost: () => {},
      });
      early = count;
    });
    expect(early).toBeLessThan(512 * 1024);
    await ended;
    expect(count).toBe(total);
  });

  it("a pause while the early bytes are handed over holds", async () => {
    const { origin } = await upstreamOf((_request, response) => response.end(Buffer.alloc(8 * 1024 * 1024)));
    const reply = await transportTo(origin).send(get).replied;
    if (reply.kind === "refusal") throw new Error(reply.code);
    const { source } = reply;
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    let count = 0;
    source.attach({
      data: (chunk) => {
        source.pause();
        count += chunk.length;
      },
      end() {},
      lost() {},
    });
    const atOnce = count;
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(count - atOnce).toBeLessThanOrEqual(64 * 1024);
    source.abort();
  });
});
