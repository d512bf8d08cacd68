// Owns the proof that exchanges leave nothing behind and hold little while they last. Over real sockets.

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { Frame } from "../../../core/contracts/frame.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import { type DataPath, RawClient, requestHead, startDataPath, turn } from "../../data-path.ts";
import { linesType } from "../../line-dialect.ts";

const MiB = 1024 * 1024;
const paths: DataPath[] = [];
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.leave();
  for (const path of paths.splice(0)) await path.close();
});

async function start(options: Parameters<typeof startDataPath>[0]): Promise<DataPath> {
  const path = await startDataPath(options);
  paths.push(path);
  return path;
}

/** Bytes in buffers: what a proxy would pile up, free of the heap's own ups and downs. */
const bufferBytes = (): number => process.memoryUsage().arrayBuffers;

function endless(bytes: number): Readable {
  const chunk = Buffer.alloc(64 * 1024, "x");
  let left = bytes / chunk.length;
  return new Readable({
    read() {
      this.push(left-- > 0 ? chunk : null);
    },
  });
}

describe("what an exchange holds", () => {
  it("a 200 MB body that nobody reads streams through in little memory", async () => {
    const bytes = 200 * MiB;
    let received = 0;
    let most = 0;
    const path = await start({
      upstream: (request, response) => {
        request.on("data", (chunk: Buffer) => {
          received += chunk.length;
          most = Math.max(most, bufferBytes());
        });
        request.on("end", () => response.end("fine"));
      },
      bodyBytesMax: bytes,
    });
    const before = bufferBytes();
    const client = new RawClient(path.port).say(requestHead("POST", "/", `Content-Length: ${bytes}`));
    clients.push(client);
    await pipeline(endless(bytes), client.socket, { end: false });
    await client.hears("fine");
    expect(received).toBe(bytes);
    // What waits for the collector counts too; a body that is kept would be all of its 200 MB.
    expect(most - before).toBeLessThan(128 * MiB);
  });
});

describe("what an exchange leaves behind", () => {
  /** One of each way an exchange can end, over and over. */
  const ways = ["done", "hang up in mid-stream", "hang up before the head", "refused", "lost"] as const;

  async function cycle(path: DataPath, way: (typeof ways)[number]): Promise<void> {
    const url = `/${way.replaceAll(" ", "-")}`;
    const client = new RawClient(path.port).say(requestHead("GET", url, "Connection: close"));
    if (way === "hang up before the head") while (path.server.inFlight === 0) await turn();
    else await client.hears(way === "refused" ? "refused" : "one");
    if (!way.startsWith("hang up")) await client.closed;
    client.leave();
  }

  async function run(path: DataPath, cycles: number): Promise<void> {
    const from = path.outcomes.length;
    for (let at = 0; at < cycles; at += 20) {
      const lot = Array.from({ length: 20 }, (_, index) => ways[index % ways.length] ?? "done");
      await Promise.all(lot.map((way) => cycle(path, way)));
    }
    await path.outcomesAre(from + cycles);
    while (path.server.inFlight > 0 || activeOf("TCPSocketWrap") > path.upstream.sockets.size * 2)
      await turn();
  }

  const activeOf = (name: string): number =>
    process.getActiveResourcesInfo().filter((resource) => resource === name).length;

  it("after 1,000 and after 4,000 cycles: the same sockets, timers and exchanges", {
    timeout: 60_000,
  }, async () => {
    const path = await start({
      upstream: ({ url }, response) => {
        if (url === "/hang-up-before-the-head") return;
        response.writeHead(200, { "content-type": linesType }).write("one\n");
        if (url === "/done") response.end(".\n");
        if (url === "/lost") setImmediate(() => response.destroy());
      },
      chain: [
        {
          name: "refuses",
          wantsCall: false,
          open: ({ head }) =>
            head.path === "/refused"
              ? refuse("rate_limited")
              : { kind: "visit", frame: async (frame: Frame) => frame },
        },
      ],
    });
    await run(path, 1_000);
    const counted = (): readonly number[] => [
      path.server.inFlight,
      activeOf("Timeout"),
      activeOf("Immediate"),
      process.listenerCount("warning"),
    ];
    const early = counted();
    await run(path, 3_000);
    expect(counted()).toEqual(early);
    const ended = new Set(path.outcomes.map((outcome) => outcome.ended));
    expect(ended).toEqual(new Set(["done", "client-gone", "refused"]));
    expect(path.bugs).toEqual([]);
  });
});
