// Owns the reference server of MCP as a process over HTTP, for tests. Knows no test.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"));
const startMsMax = 15_000;

export interface Everything {
  readonly url: string;
  close(): Promise<void>;
}

export async function startEverything(transport: "streamableHttp" | "sse"): Promise<Everything> {
  const port = await freePort();
  const child = spawn(process.execPath, [script, transport], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("the reference server did not start")), startMsMax);
    child.stderr.on("data", (chunk: Buffer) => {
      if (!chunk.toString().includes(String(port))) return;
      clearTimeout(late);
      resolve();
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      child.kill("SIGKILL");
      return gone;
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
