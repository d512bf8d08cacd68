// Owns the proof that no connection of a remote guard leads to a metadata service. Knows no request.

import { createServer } from "node:net";
import { expect, it } from "vitest";
import { Line } from "../../../../core/guards/remote/line-adapter.ts";

const post = { path: "/", headers: {}, body: "{}" };

const reaches = (hostname: string, address: string, port = 80) =>
  new Line({
    origin: `http://${hostname}:${port}`,
    connectionsMax: 1,
    timeoutMs: 1_000,
    resolve: (_name, _options, callback) => callback(null, [{ address, family: 4 }]),
  }).post({ ...post, deadlineMs: performance.now() + 1_000 });

it("is made where a name leads elsewhere", async () => {
  const server = createServer((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 204 No Content\r\n\r\n"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  expect(await reaches("guard.internal", "127.0.0.1", port)).toMatchObject({ kind: "received", status: 204 });
  server.close();
});

it.each([
  ["guard.internal", "169.254.169.254"],
  ["169.254.169.254", "127.0.0.1"],
  ["[::ffff:169.254.169.254]", "127.0.0.1"],
  ["metadata.google.internal", "127.0.0.1"],
])("is not made to %s at %s", async (hostname, address) => {
  expect(await reaches(hostname, address)).toEqual({ kind: "unable", because: "unreachable" });
});
