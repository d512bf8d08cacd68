// Owns WebSocket traffic through the gateway: let in like any request, carried both ways, closed with its
// visits.

import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { apiKey, eventually, startWorld, type World } from "./world.ts";

let world: World;
let echo: WebSocketServer;
const seen: IncomingMessage[] = [];

beforeAll(async () => {
  const server = createServer();
  echo = new WebSocketServer({ server });
  echo.on("connection", (socket, request) => {
    seen.push(request);
    if (request.url?.includes("flood")) flood(socket);
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  world = await startWorld({ documents: documents(port) });
});
afterAll(async () => {
  await world.close();
  for (const socket of echo.clients) socket.terminate();
  echo.options.server?.close();
});

function documents(port: number): string {
  return `---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: live }
spec:
  endpoints: [ http://127.0.0.1:${port}/base ]
  callers: [ { caller: web-app } ]
  limits: { parallel: { concurrency: 1 } }
---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: checked }
spec:
  endpoints: [ http://127.0.0.1:${port} ]
  callers: [ { caller: web-app } ]
  api: { request: { schema: { type: object } } }
`;
}

function dial(agent: string, headers: Record<string, string>, path = "chat"): WebSocket {
  const url = `${world.gatewayUrl.replace("http", "ws")}/agents/${agent}/${path}?room=1`;
  return new WebSocket(url, { headers });
}

async function refusedWith(socket: WebSocket): Promise<{ status: number | undefined; refusal: unknown }> {
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  response.resume();
  return { status: response.statusCode, refusal: response.headers["x-sluice-refusal"] };
}

const messages = 64;
let flooded = 0;

/** One message after the other, each as soon as the one before has left. */
function flood(socket: WebSocket): void {
  const send = (): void => {
    if (++flooded < messages) socket.send(Buffer.alloc(1024 * 1024 - 1), send);
  };
  send();
}

/** Resolves when the figure has not moved for a while. */
async function rests(figure: () => number): Promise<number> {
  for (let before = -1; before !== figure(); await new Promise((resolve) => setTimeout(resolve, 250))) {
    before = figure();
  }
  return figure();
}

const authorized = { authorization: `Bearer ${apiKey}` };

describe("a WebSocket", () => {
  it("is carried both ways with what the agent may know, and closes its visits", async () => {
    const socket = dial("live", { ...authorized, "x-agent-id": "mine" });
    await once(socket, "open");
    socket.send("hello");
    const [data] = await once(socket, "message");
    expect(String(data)).toBe("hello");
    const request = seen.at(-1);
    expect(request?.url).toBe("/base/chat?room=1");
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.headers["x-agent-id"]).toBe("live");
    expect(await refusedWith(dial("live", authorized))).toEqual({
      status: 429,
      refusal: "concurrency_limited",
    });
    socket.close();
    await eventually(() =>
      world.gatewayLog.find((line) => line.route === "agents/live" && line.http_status === 101),
    );
    const again = dial("live", authorized);
    await once(again, "open");
    again.close();
    await once(again, "close");
  });

  it("is refused without a key, and where the body's check would see nothing", async () => {
    expect(await refusedWith(dial("live", {}))).toEqual({ status: 401, refusal: "credential_missing" });
    expect(await refusedWith(dial("checked", authorized))).toEqual({
      status: 403,
      refusal: "upgrade_refused",
    });
  });

  it("whose reader stalls slows the agent down, and loses nothing", async () => {
    const socket = dial("live", authorized, "flood");
    await once(socket, "open");
    socket.pause();
    expect(await rests(() => flooded)).toBeLessThan(messages);
    let heard = 0;
    socket.on("message", () => {
      heard += 1;
    });
    socket.resume();
    await eventually(() => heard === messages - 1);
    socket.close();
    await once(socket, "close");
  });

  it("is refused at the sidecar", async () => {
    const socket = new WebSocket(`${world.openaiUrl.replace("http", "ws")}/realtime`);
    expect(await refusedWith(socket)).toMatchObject({ status: 403, refusal: "upgrade_refused" });
  });
});
