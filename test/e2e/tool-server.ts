// Owns a tool's server for tests: what it was asked, and what it says by the path. Knows no program.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ToolRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type ToolBehaviour = (request: ToolRequest, response: ServerResponse) => void | Promise<void>;

export interface ToolServer {
  readonly url: string;
  readonly seen: ToolRequest[];
  /** By the path; others are answered `{"ok":true}`. */
  readonly behaviours: Map<string, ToolBehaviour>;
  close(): Promise<void>;
}

export function sayJson(value: unknown, status = 200): ToolBehaviour {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
}

export async function startToolServer(): Promise<ToolServer> {
  const seen: ToolRequest[] = [];
  const behaviours = new Map<string, ToolBehaviour>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const path = request.url ?? "";
    const asked = { path, headers: request.headers, body };
    seen.push(asked);
    await (behaviours.get(path) ?? sayJson({ ok: true }))(asked, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    behaviours,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
