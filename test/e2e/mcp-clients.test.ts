// Owns the proof that the official clients of MCP work through the sidecar with the reference server, over
// stdio, Streamable HTTP and HTTP+SSE. Knows no filter.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Everything, startEverything } from "../mcp/everything.ts";
import { startWorld, type World } from "./world.ts";

const script = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"));

describe("the reference server through the sidecar", () => {
  let world: World;
  let streamable: Everything;
  let sse: Everything;

  beforeAll(async () => {
    [streamable, sse] = await Promise.all([startEverything("streamableHttp"), startEverything("sse")]);
    const server = (name: string, spec: string) => `---
apiVersion: sluice.dev/v1alpha1
kind: McpServer
metadata: { name: ${name} }
spec: ${spec}
`;
    world = await startWorld({
      agentSpec: "  mcpServers: { program: {}, streamable: {}, sse: {} }",
      documents: [
        server("program", `{ command: [${process.execPath}, ${script}, stdio], tools: { deny: [get-env] } }`),
        server("streamable", `{ url: ${streamable.url}/mcp }`),
        server("sse", `{ url: ${sse.url}/sse, transport: sse }`),
      ].join(""),
    });
  }, 30_000);
  afterAll(async () => {
    await world?.close();
    await Promise.all([streamable?.close(), sse?.close()]);
  });

  const urlOf = (name: string) => new URL(`http://127.0.0.1:${world.sidecar.egressPort}/mcp/${name}`);

  it.each(["program", "streamable", "sse"])("%s: version 1 of the client", async (name) => {
    const client = new Client({ name: "test", version: "1" });
    await client.connect(new StreamableHTTPClientTransport(urlOf(name)));
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toContain("echo");
    const said = await client.callTool({ name: "echo", arguments: { message: "hello" } });
    expect(JSON.stringify(said.content)).toContain("hello");
    const { resources } = await client.listResources();
    expect(resources.length).toBeGreaterThan(0);
    const { prompts } = await client.listPrompts();
    expect(prompts.length).toBeGreaterThan(0);
    const progress: number[] = [];
    await client.callTool(
      { name: "trigger-long-running-operation", arguments: { duration: 1, steps: 2 } },
      undefined,
      { onprogress: (told) => progress.push(told.progress) },
    );
    expect(progress).toEqual([1, 2]);
    await client.close();
  });

  it.each(["program", "streamable", "sse"])("%s: version 2 of the client", async (name) => {
    const client = new ModernClient({ name: "test", version: "1" });
    await client.connect(new ModernTransport(urlOf(name)));
    const said = await client.callTool({ name: "echo", arguments: { message: "hello" } });
    expect(JSON.stringify(said.content)).toContain("hello");
    await client.close();
  });

  it("both clients are told why not, in the answer to what they asked, and go on", async () => {
    const first = new Client({ name: "test", version: "1" });
    await first.connect(new StreamableHTTPClientTransport(urlOf("program")));
    const second = new ModernClient({ name: "test", version: "1" });
    await second.connect(new ModernTransport(urlOf("program")));
    for (const client of [first, second]) {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).not.toContain("get-env");
      const denied = await client.callTool({ name: "get-env", arguments: {} }).catch((error) => error);
      expect(denied).toMatchObject({ code: -32602, message: expect.stringContaining("Unknown tool") });
      expect(denied.data).toMatchObject({ code: "tool_denied", status: 403 });
      const misfit = await client.callTool({ name: "echo", arguments: { message: 5 } }).catch((e) => e);
      expect(misfit).toMatchObject({ code: -32602, message: expect.stringContaining("/message: type") });
      const said = await client.callTool({ name: "echo", arguments: { message: "still here" } });
      expect(JSON.stringify(said.content)).toContain("still here");
    }
    await second.close();
    await writeFile(join(world.policyDir, "more.yaml"), limitsOf("another"));
    expect(await world.sidecar.reload()).toBe("loaded");
    const said = await first.callTool({ name: "echo", arguments: { message: "after a reload" } });
    expect(JSON.stringify(said.content)).toContain("after a reload");
    await first.close();
  });
});

const limitsOf = (name: string) => `apiVersion: sluice.dev/v1alpha1
kind: Limit
metadata: { name: ${name} }
spec: { requests: 1000, window: { sliding: 1m } }
`;
