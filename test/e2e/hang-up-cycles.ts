// Owns cycles of a client that leaves in mid-stream, and what the process holds after a tenth and after all
// of them. The one argument is how many.

import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { apiKey, startWorld } from "./world.ts";

const cyclesAll = Number(process.argv[2]);
const cyclesBefore = cyclesAll / 10;
const atOnce = 16;

const world = await startWorld({
  script: { rules: [{ answer: { tokens: 5_000, betweenMs: 20 } }] },
  agentSpec:
    "  limits: { parallel: { concurrency: 64 }, rate: { requests: 1000000, window: { sliding: 1m } } }",
  mockLogMax: 64,
  agent: {
    handle: (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: {}\n\n");
    },
  },
});
// Lines are kept by the world; here they would be the leak that is looked for.
const trimLogs = setInterval(() => {
  (world.gatewayLog as unknown[]).length = 0;
  (world.sidecarLog as unknown[]).length = 0;
  (world.agent.seen as unknown[]).length = 0;
  (world.agent.bodies as unknown[]).length = 0;
}, 50);

const body = JSON.stringify({
  model: "gpt-4o",
  stream: true,
  messages: [{ role: "user", content: "hello" }],
});

/** Odd cycles through the gateway, even ones straight at the sidecar. */
async function cycle(index: number): Promise<void> {
  const url = index % 2 === 0 ? `${world.openaiUrl}/chat/completions` : `${world.agentUrl}/run`;
  const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
  const outgoing = request(url, { method: "POST", headers, agent: false });
  outgoing.end(body);
  const [response] = await once(outgoing, "response");
  await once(response, "data");
  response.on("error", () => {});
  outgoing.destroy();
}

async function cycles(count: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await cycle(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Once every exchange has closed: handles by kind, and the heap after collection. */
async function holdings(): Promise<{ resources: Record<string, number>; heapMiB: number }> {
  await sleep(1_500);
  global.gc?.();
  await sleep(100);
  global.gc?.();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind === "Immediate") continue;
    resources[kind] = (resources[kind] ?? 0) + 1;
  }
  return { resources, heapMiB: process.memoryUsage().heapUsed / 1024 ** 2 };
}

await cycles(cyclesBefore);
const early = await holdings();
await cycles(cyclesAll - cyclesBefore);
const late = await holdings();
clearInterval(trimLogs);
await world.close();
process.stdout.write(JSON.stringify({ early, late }));
process.exit(0);
