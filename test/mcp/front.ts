// Owns a sidecar in front of one MCP server, for tests. Knows no scenario.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningSidecar, startSidecar } from "../../sidecar/main.ts";
import { type LogLine, lines, programSettings, type WorldOptions } from "../e2e/world.ts";

const anywhere = { host: "127.0.0.1", port: 0 };
const head = "apiVersion: sluice.dev/v1alpha1";

export interface McpFront {
  readonly sidecar: RunningSidecar;
  readonly policyDir: string;
  readonly log: readonly LogLine[];
  /** `http://127.0.0.1:port/mcp/{server}` */
  urlOf(server: string): string;
  /** The policy in force is this one then. */
  use(documents: FrontDocuments): Promise<void>;
  close(): Promise<void>;
}

export interface FrontDocuments {
  /** By the server's name: what stands below `spec`. */
  readonly servers: Readonly<Record<string, string>>;
  /** Below the agent's `spec`, each line indented by two spaces. */
  readonly agent?: string;
  readonly others?: string;
  /** Name → text. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function startFront(
  documents: FrontDocuments,
  options: WorldOptions & { readonly agentName?: string } = {},
): Promise<McpFront> {
  const policyDir = await mkdtemp(join(tmpdir(), "sluice-mcp-front-"));
  await write(policyDir, documents);
  const log: LogLine[] = [];
  const program = programSettings(policyDir, options);
  const agent = options.agentName ?? "search";
  const sidecar = await startSidecar({ program, agent, listen: anywhere, inbound: undefined }, lines(log));
  return {
    sidecar,
    policyDir,
    log,
    urlOf: (server) => `http://127.0.0.1:${sidecar.egressPort}/mcp/${server}`,
    use: async (next) => {
      await write(policyDir, next);
      const result = await sidecar.reload();
      if (result === "failed") throw new Error("the policy was refused");
    },
    close: async () => {
      await sidecar.close();
      await rm(policyDir, { recursive: true });
    },
  };
}

async function write(
  dir: string,
  { servers, agent, others = "", files = {} }: FrontDocuments,
): Promise<void> {
  const names = Object.keys(servers).map((name) => `${name}: {}`);
  const spec = agent ?? `  mcpServers: { ${names.join(", ")} }`;
  const documents = [
    `${head}\nkind: Agent\nmetadata: { name: search }\nspec:\n${spec}\n`,
    ...Object.entries(servers).map(
      ([name, server]) => `${head}\nkind: McpServer\nmetadata: { name: ${name} }\nspec: ${server}\n`,
    ),
  ];
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  await writeFile(join(dir, "policy.yaml"), documents.join("---\n") + others);
}
