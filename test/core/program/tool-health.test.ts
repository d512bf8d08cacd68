// Owns the proof that tools are asked how they are, and what is said of those that do not answer. Knows no
// policy.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { ToolHealth } from "../../../core/program/tool-health.ts";
import { eventually } from "../../e2e/world.ts";

it("says which are up, which are down, and forgets those that are gone", async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/well" ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const told: string[] = [];
  const health = new ToolHealth({ timeoutMs: 1_000, onProbed: (name, is) => told.push(`${name} ${is}`) });
  const at = (name: string, path: string, where = origin) => ({ name, url: { origin: where, path } });
  health.watch([at("a@1.0.0", "/well"), at("b@1.0.0", "/ill"), at("c@1.0.0", "/", "http://127.0.0.1:9")]);
  expect(health.known).toEqual({ "a@1.0.0": "unknown", "b@1.0.0": "unknown", "c@1.0.0": "unknown" });
  await eventually(() => told.length === 3);
  expect(health.known).toEqual({ "a@1.0.0": "up", "b@1.0.0": "down", "c@1.0.0": "down" });
  health.watch([at("a@1.0.0", "/well")]);
  expect(health.known).toEqual({ "a@1.0.0": "up" });
  health.close();
  server.close();
});
