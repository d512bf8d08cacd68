// Owns the other side of the pressure tests: an upstream that pours, clients that read or do not, a prober.

import { once } from "node:events";
import { createServer, get, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const [, , role, ...args] = process.argv;
const delta = (text: string) => `data: {"id":"c","choices":[{"index":0,"delta":{"content":"${text}"}}]}\n\n`;

if (role === "upstream") await upstream(args[0] === "stalled" ? pourLarge : pourMany);
if (role === "readers") await readAll(args[0] ?? "", Number(args[1]), args[2] ?? "");
if (role === "prober") await probe(args[0] ?? "");

async function upstream(pour: (response: ServerResponse) => Promise<void>): Promise<void> {
  const server = createServer((incoming, response) => {
    incoming.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    void pour(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** 200 MB in frames of 16 KiB, as fast as they are taken. */
async function pourLarge(response: ServerResponse): Promise<void> {
  const frame = delta("x".repeat(16 * 1024));
  await pourFrames(response, Array.from({ length: 16 }, () => frame).join(""), 800);
}

/** 100,000 frames of 60 bytes: a read of 64 KiB holds a thousand of them. */
async function pourMany(response: ServerResponse): Promise<void> {
  await pourFrames(response, Array.from({ length: 1_000 }, () => delta("x")).join(""), 100);
}

async function pourFrames(response: ServerResponse, batch: string, batches: number): Promise<void> {
  for (let count = 0; count < batches && !response.destroyed; count++) {
    // One that leaves never drains: its pouring ends with this process.
    if (!response.write(batch)) await once(response, "drain");
  }
  response.end("data: [DONE]\n\n");
}

async function readAll(url: string, count: number, how: string): Promise<void> {
  console.log("reading");
  await Promise.all(Array.from({ length: count }, () => read(url, how)));
  if (how === "stall") await sleep(60_000);
}

async function read(url: string, how: string): Promise<void> {
  const outgoing = request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    agent: false,
  });
  const messages = [{ role: "user", content: "hello" }];
  outgoing.end(JSON.stringify({ model: "gpt-4o", stream: true, messages }));
  const [response] = await once(outgoing, "response");
  if (response.statusCode !== 200) process.exit(1);
  if (how === "stall") return;
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (how === "some" && bytes > 4 * 1024 * 1024) break;
  }
  outgoing.destroy();
}

/** Until standard input ends; then how many, and the slowest. */
async function probe(url: string): Promise<void> {
  console.log("probing");
  let isOver = false;
  process.stdin.on("end", () => {
    isOver = true;
  });
  process.stdin.resume();
  let probes = 0;
  let slowestMs = 0;
  while (!isOver) {
    const startedAt = performance.now();
    const [response] = await once(get(url, { agent: false }), "response");
    response.resume();
    await once(response, "end");
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    probes += 1;
    await sleep(10);
  }
  console.log(JSON.stringify({ probes, slowestMs }));
}
