// Owns an MCP server for tests that says what it is told to, well or badly, and counts what it was asked.
// Knows no scenario.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface OddServer {
  readonly url: string;
  /** What it was asked, in order. */
  readonly asked: Asked[];
  /** What its tools are. */
  tools: object[];
  /** Of a call; left out: the arguments come back as text. */
  answer: ((asked: Asked, response: ServerResponse) => void) | undefined;
  /** Whether it may ask; left out: whoever does. */
  guard: ((asked: Asked, response: ServerResponse) => boolean) | undefined;
  /** What it says of itself as a protected resource. */
  wellKnown: (() => object) | undefined;
  close(): Promise<void>;
}

export interface Asked {
  readonly http: string;
  readonly headers: IncomingMessage["headers"];
  readonly id: unknown;
  readonly method: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

export async function startOddServer(tools: object[]): Promise<OddServer> {
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  const odd: OddServer = {
    url: "",
    asked: [],
    tools,
    answer: undefined,
    guard: undefined,
    wellKnown: undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url?.startsWith("/.well-known/oauth-protected-resource") === true) {
      response.writeHead(odd.wellKnown === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(odd.wellKnown?.() ?? {}));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
    const { id, method, params = {} } = body;
    const asked = { http: request.method ?? "", headers: request.headers, id, method, params };
    odd.asked.push(asked);
    if (odd.guard?.(asked, response) !== false) reply(odd, asked, response);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(odd, { url: `http://127.0.0.1:${port}/mcp` });
}

function reply(odd: OddServer, asked: Asked, response: ServerResponse): void {
  const { id, method, params } = asked;
  if (asked.http === "DELETE") response.writeHead(200).end();
  else if (asked.http === "GET") response.writeHead(405).end("no stream here");
  else if (id === undefined) response.writeHead(202).end();
  else if (method === "initialize") {
    response.setHeader("mcp-session-id", `session-${odd.asked.length}`);
    const { protocolVersion } = params;
    say(response, id, {
      protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: "odd", version: "1" },
    });
  } else if (method === "tools/list") say(response, id, { tools: odd.tools });
  else if (odd.answer !== undefined) odd.answer(asked, response);
  else say(response, id, { content: [{ type: "text", text: JSON.stringify(params.arguments ?? {}) }] });
}

export function say(response: ServerResponse, id: unknown, result: object): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
}

/** Of the era without sessions: a request needs nothing before it. */
export function ask(url: string, method: string, params: Readonly<Record<string, unknown>> = {}) {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const name = params.name ?? params.uri;
  return post(
    url,
    { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } },
    {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(typeof name === "string" ? { "mcp-name": name } : {}),
    },
  );
}

export interface Said {
  readonly status: number;
  /** `x-sluice-refusal`. */
  readonly code: string | null;
  readonly headers: Headers;
  readonly text: string;
  readonly body: SaidBody;
}

interface SaidBody {
  readonly result?: Readonly<Record<string, never>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: object };
}

export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const answer = await fetch(url, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    redirect: "manual",
  });
  const text = await answer.text();
  const json = /^\s*(\{|\[\{)/.test(text) ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? "{}");
  return {
    status: answer.status,
    code: answer.headers.get("x-sluice-refusal"),
    headers: answer.headers,
    text,
    body: JSON.parse(json),
  };
}
