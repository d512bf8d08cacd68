// Owns the replay of malformed and smuggling requests written by others, raw over a socket. Knows no filters.

import { afterAll, beforeAll, expect, it } from "vitest";
import { type DataPath, RawClient, startDataPath } from "../../data-path.ts";
import { readRows, sharedPath } from "../../shared-data.ts";

interface RawCase {
  readonly id: string;
  readonly raw: string;
  readonly expect: "reject" | "no-smuggle" | "accept" | "policy" | "timeout-or-413";
}
interface ParserCase {
  readonly path: readonly string[];
  readonly raw: string;
  readonly type: string | null;
  readonly lenient: boolean;
  readonly error: { readonly reason: string } | null;
}

/**
 * Read leniently by Node, which does not tell; written anew on their way up, so nobody reads them
 * differently.
 */
const readLeniently = new Set(["req-double-space"]);
/** The error is in what follows a good request: that one is answered and the connection closed. */
const laterError = "Data after `Connection: close`";

let path: DataPath;
const reached: string[] = [];

beforeAll(async () => {
  path = await startDataPath({
    upstream: (request, response) => {
      reached.push(`${request.method} ${request.url} ${request.rawHeaders.join(" ")}`);
      request.on("error", () => {});
      request.resume().on("end", () => response.end("fine"));
    },
    server: { timeouts: { headersMs: 300, requestMs: 600, stallMs: 5_000 } },
  });
});
afterAll(() => path.close());

/** The statuses that were answered until the connection ended. */
async function replay(raw: Buffer): Promise<readonly number[]> {
  const client = new RawClient(path.port).say(raw);
  const text = await client.hearsAnswer();
  // What follows the first answer on the same connection is to come to an end too.
  client.socket.end();
  await client.closed;
  client.leave();
  expect(text).not.toMatch(/\bat .*\.(ts|js):\d/);
  const heads = client.heard.toString("latin1").matchAll(/HTTP\/1\.1 (\d{3}) [^\r]*\r\n([\s\S]*?)\r\n\r\n/g);
  return [...heads].map(([, status, headers]) => {
    if (Number(status) >= 400) expect(headers).toMatch(/x-sluice-refusal: [a-z_]+/);
    return Number(status);
  });
}

/** In small lots: 400 connections at once would only test the machine. */
async function replayAll<C extends { readonly raw: string }>(
  cases: readonly C[],
  check: (each: C, statuses: readonly number[]) => void,
): Promise<void> {
  for (let at = 0; at < cases.length; at += 50) {
    const lot = cases.slice(at, at + 50);
    const answers = await Promise.all(lot.map(({ raw }) => replay(Buffer.from(raw, "base64"))));
    for (const [index, each] of lot.entries()) check(each, answers[index] ?? []);
  }
}

const rawCases = sharedPath("http/raw_http_cases.jsonl");
it.skipIf(rawCases === undefined)(
  "each raw request is answered or closed, none is smuggled through",
  async () => {
    await replayAll(readRows<RawCase>(rawCases ?? ""), (each, [status]) => {
      if (each.expect === "accept") expect(status, each.id).toBe(200);
      if (each.expect === "timeout-or-413") expect([408, 413], each.id).toContain(status);
      if (each.expect === "reject" && status !== undefined && !readLeniently.has(each.id)) {
        expect(status, each.id).toBeGreaterThanOrEqual(400);
      }
    });
    expect(reached.filter((line) => /smuggled|victim/i.test(line))).toEqual([]);
    expect(path.bugs).toEqual([]);
  },
);

const parserCases = sharedPath("http/llhttp_cases.jsonl");
it.skipIf(parserCases === undefined)("each parser case that must err does, and nothing hangs", async () => {
  const cases = readRows<ParserCase>(parserCases ?? "");
  const strict = cases.filter(({ type, lenient }) => type?.startsWith("request") === true && !lenient);
  expect(strict.length).toBeGreaterThan(100);
  await replayAll(strict, (each, [status]) => {
    if (each.error === null || each.error.reason === laterError || status === undefined) return;
    expect(status, each.path.join(" > ")).toBeGreaterThanOrEqual(400);
  });
  expect(path.bugs).toEqual([]);
});

it("nothing of it is left in flight", async () => {
  while (path.server.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
  expect(path.outcomes.length).toBe(path.exchanges.length);
});
