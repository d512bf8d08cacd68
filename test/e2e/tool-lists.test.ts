// Owns the proof that an agent sees the tools it may call, in each vendor's form, and no others: the field's
// example of four agents. Knows no filter.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startToolServer, type ToolServer } from "./tool-server.ts";
import { startWorld, type World } from "./world.ts";

/** As COMPATIBILITY has it. */
const example = {
  "agent-search": ["web_search", "vector_search", "knowledge_base"],
  "agent-email": ["send_email", "get_email_thread"],
  "agent-code": ["code_exec", "git_read", "package_search"],
  "agent-data": ["sql_query", "csv_read", "chart_generate"],
};
const all = Object.values(example).flat();

const toolDocument = (name: string, url: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: ${name} }
spec:
  version: 1.0.0
  description: Does <${name}> & more
  parameters:
    type: object
    properties: { query: { type: string, description: "<b>what</b>" } }
    required: [ query ]
  returns: { type: object }
  endpoint: ${url}/${name}
  effect: read
`;
const agentLines = (tools: readonly string[]): string =>
  `  tools: { ${tools.map((name) => `${name}: {}`).join(", ")} }`;

describe.each(Object.entries(example))("%s", (_agent, tools) => {
  let server: ToolServer;
  let world: World;
  let url: string;

  beforeAll(async () => {
    server = await startToolServer();
    const documents = all.map((name) => toolDocument(name, server.url)).join("");
    world = await startWorld({ agentSpec: agentLines(tools), documents });
    url = `http://127.0.0.1:${world.sidecar.egressPort}/tools`;
  });
  afterAll(async () => {
    await world.close();
    await server.close();
  });

  it("may call its own tools and no others", async () => {
    for (const name of all) {
      const { status } = await fetch(`${url}/${name}`, { method: "POST", body: '{"query":"a"}' });
      expect([name, status]).toEqual([name, tools.includes(name) ? 200 : 403]);
    }
    expect(server.seen.map(({ path }) => path.slice(1))).toEqual(tools);
  });

  it("sees its own tools and no others, in each form", async () => {
    const list = async (format: string) => (await fetch(`${url}${format}`)).json() as Promise<never>;
    const own = (await list("")) as { tools: { name: string }[] };
    expect(own.tools.map(({ name }) => name)).toEqual(tools);
    expect(own.tools[0]).toMatchObject({ version: "1.0.0", versions: ["1.0.0"], effect: "read" });
    const openai = (await list("?format=openai")) as { type: string; function: { name: string } }[];
    expect(openai.map((each) => [each.type, each.function.name])).toEqual(
      tools.map((name) => ["function", name]),
    );
    const anthropic = (await list("?format=anthropic")) as { name: string; input_schema: object }[];
    expect(anthropic[0]).toMatchObject({ name: tools[0], input_schema: { type: "object" } });
    const mcp = (await list("/?format=mcp")) as { tools: object[] };
    expect(mcp.tools).toHaveLength(tools.length);
    expect(mcp.tools[0]).toMatchObject({
      inputSchema: { required: ["query"] },
      annotations: { readOnlyHint: true },
    });
    expect(await list("?format=soap")).toMatchObject({ status: 400, code: "request_malformed" });
  });

  it("has a page of them that needs nothing else and runs nothing", async () => {
    const response = await fetch(`${url}/docs`);
    const page = await response.text();
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    for (const name of all) expect(page.includes(`id="${name}"`)).toBe(tools.includes(name));
    expect(page).toContain(`Does &lt;${tools[0]}&gt; &amp; more`);
    expect(page).not.toMatch(/<b>|<script|src=|https?:\/\//);
  });
});
