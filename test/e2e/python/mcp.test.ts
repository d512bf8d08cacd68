// Owns what the official Python client of MCP sees through the sidecar: tools, answers, its own exceptions.

import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Everything, startEverything } from "../../mcp/everything.ts";
import { type McpFront, startFront } from "../../mcp/front.ts";
import { askThrough, preparePython } from "./runtime.ts";

const python = await preparePython();
if (!python.isThere) console.log(`SKIPPED Python MCP: ${python.reason}`);

const script = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"));

describe.skipIf(!python.isThere)("the Python client of MCP through the sidecar", () => {
  let everything: Everything;
  let front: McpFront;
  beforeAll(async () => {
    everything = await startEverything("streamableHttp");
    const tools = "tools: { allow: [echo, get-sum] }";
    front = await startFront({
      servers: {
        streamable: `{ url: ${everything.url}/mcp, ${tools} }`,
        program: `{ command: [${process.execPath}, ${script}, stdio], ${tools} }`,
      },
    });
  });
  afterAll(async () => {
    await front.close();
    await everything.close();
  });

  it.each(["streamable", "program"])("%s", async (server) => {
    if (!python.isThere) throw new Error(python.reason);
    const seen = (await askThrough(python.command, "mcp", front.urlOf(server))) as Record<string, never>;
    expect(seen).toMatchObject({
      tools: ["echo", "get-sum"],
      echo: "Echo: hello",
      denied: { raised: "MCPError", said: expect.stringContaining("Unknown tool `get-env`") },
      misfit: { raised: "MCPError", said: expect.stringContaining("/message: type string") },
      after: "Echo: still here",
    });
  });
});
