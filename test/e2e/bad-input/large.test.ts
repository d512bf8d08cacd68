// Owns the proof that the largest bodies there may be are taken, larger ones are not, and several at once do
// not pile up in memory.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const bodyBytesMax = 32 * 1024 * 1024;
const atOnce = 4;
/** Its bytes, the text made of them, and what is read from that; once each, and slack for a collector. */
const copiesMax = 6;

let reached: number[] = [];
let answer: Buffer;
const upstream = createServer((incoming, response) => {
  let bytes = 0;
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  incoming.once("end", () => {
    reached.push(bytes);
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
});

let child: ReturnType<typeof startChild>;
let port = 0;

function startChild(upstreamPort: number) {
  const script = fileURLToPath(new URL("large-child.ts", import.meta.url));
  return spawn(process.execPath, [script, `http://127.0.0.1:${upstreamPort}`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}

beforeAll(async () => {
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  child = startChild((upstream.address() as AddressInfo).port);
  const [said] = await once(child.stdout, "data");
  port = Number(said);
});
afterAll(async () => {
  child.stdin.end();
  await once(child, "exit");
  upstream.closeAllConnections();
  upstream.close();
});

const small = Buffer.from(
  JSON.stringify({ choices: [{ index: 0, message: { content: "hi" }, finish_reason: "stop" }] }),
);

/** A call, or an answer, of exactly so many bytes. */
function sized(bytes: number, write: (text: string) => object): Buffer {
  const length = bytes - JSON.stringify(write("")).length;
  return Buffer.from(JSON.stringify(write("x".repeat(length))));
}

const call = (content: string) => ({ model: "gpt-4o", messages: [{ role: "user", content }] });
const completion = (content: string) => ({
  choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
});

interface Heard {
  readonly status: number;
  readonly refusal: string | undefined;
  readonly bytes: number;
}

/** Not by fetch: a refusal comes while the body is still being sent. */
async function send(body: Buffer, headers: Record<string, string> = {}): Promise<Heard> {
  const outgoing = request({
    port,
    path: "/openai/v1/chat/completions",
    method: "POST",
    headers: { "content-type": "application/json", "content-length": body.length, ...headers },
  });
  outgoing.on("error", () => {});
  outgoing.end(body);
  const [response] = await once(outgoing, "response");
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  return { status: response.statusCode, refusal: response.headers["x-sluice-refusal"], bytes };
}

/** The most memory the sidecar has ever had. */
function peakBytes(): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]) * 1024;
}

describe("a body of 32 MiB", () => {
  it("is taken, as a call and as an answer", async () => {
    answer = small;
    expect(await send(sized(bodyBytesMax, call))).toMatchObject({ status: 200, refusal: undefined });
    expect(reached).toEqual([bodyBytesMax]);
    answer = sized(bodyBytesMax, completion);
    expect(await send(sized(100, call))).toEqual({ status: 200, refusal: undefined, bytes: bodyBytesMax });
  });

  it("is refused with one byte more", async () => {
    reached = [];
    answer = small;
    const large = sized(bodyBytesMax + 1, call);
    expect(await send(large)).toMatchObject({ status: 413, refusal: "body_too_large" });
    expect(reached).toEqual([]);
    answer = sized(bodyBytesMax + 1, completion);
    expect(await send(sized(100, call))).toMatchObject({ status: 502, refusal: "upstream_too_large" });
  });

  it.skipIf(!existsSync("/proc/self/status"))("piles up no memory", { timeout: 60_000 }, async () => {
    answer = sized(bodyBytesMax, completion);
    const large = sized(bodyBytesMax, call);
    const before = peakBytes();
    const batch = () => Promise.all(Array.from({ length: atOnce }, () => send(large)));
    const peaks: number[] = [];
    while (peaks.length < 3) {
      for (const { status, bytes } of await batch()) expect([status, bytes]).toEqual([200, bodyBytesMax]);
      peaks.push(peakBytes());
    }
    const [, second = 0, third = 0] = peaks;
    expect(third - before).toBeLessThan(atOnce * copiesMax * bodyBytesMax);
    expect(third - second).toBeLessThan(atOnce * bodyBytesMax);
  });
});
