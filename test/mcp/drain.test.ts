// Owns the proof that a stream which only stands open does not hold up a sidecar that ends, and that a call
// under way does. Knows no filter.

import { afterEach, beforeEach, expect, it } from "vitest";
import { type McpFront, startFront } from "./front.ts";
import { ask, type OddServer, say, startOddServer } from "./odd-server.ts";

let server: OddServer;
let front: McpFront;

beforeEach(async () => {
  server = await startOddServer([{ name: "slow", inputSchema: { type: "object" } }]);
  server.guard = ({ http }, response) => {
    if (http !== "GET") return true;
    response.writeHead(200, { "content-type": "text/event-stream" }).write(": here\n\n");
    return false;
  };
  const program = { graceMs: 60_000 } as const;
  front = await startFront({ servers: { odd: `{ url: ${server.url} }` } }, { program });
});
afterEach(async () => {
  await front.close();
  await server.close();
});

/** What a stream says until its end, whichever that is. */
async function readAll(answer: Response): Promise<string> {
  let said = "";
  try {
    for await (const chunk of answer.body ?? []) said += Buffer.from(chunk).toString();
  } catch {
    said += "(cut)";
  }
  return said;
}

it("ends such streams as soon as nothing else is left", async () => {
  const stream = await fetch(front.urlOf("odd"), { headers: { accept: "text/event-stream" } });
  const read = readAll(stream);
  let answered = 0;
  server.answer = ({ id }, response) => {
    // The call is under way: the sidecar begins to end.
    void front.sidecar.drain();
    setTimeout(() => {
      answered += 1;
      say(response, id, { content: [] });
    }, 100);
  };
  const called = await ask(front.urlOf("odd"), "tools/call", { name: "slow", arguments: {} });
  expect([called.status, answered]).toEqual([200, 1]);
  // The test's own timeout is far less than the grace.
  expect(await read).toContain(": open");
});
