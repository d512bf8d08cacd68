// Owns an agent for tests: the official openai SDK, unchanged but for its base URL, behind a small HTTP API.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import OpenAI from "openai";

export interface AgentBehaviour {
  /** Which of the inbound headers it passes on with its LLM calls. */
  readonly forwards?: readonly string[];
  /** LLM calls it makes for one request; default 1. */
  readonly calls?: number;
  /** Headers it adds of its own, to lie with. */
  readonly lies?: Readonly<Record<string, string>>;
  /** Answers by itself, without an LLM. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse, body: string) => void;
}

export interface Agent {
  readonly url: string;
  /** Headers of every request that came, oldest first. */
  readonly seen: readonly IncomingMessage["headers"][];
  readonly bodies: readonly string[];
  useProvider(baseUrl: string): void;
  close(): Promise<void>;
}

export async function startAgent(behaviour: AgentBehaviour): Promise<Agent> {
  const seen: IncomingMessage["headers"][] = [];
  const bodies: string[] = [];
  let baseURL = "";
  const server = createServer(async (request, response) => {
    seen.push(request.headers);
    const body = await readAll(request);
    bodies.push(body);
    if (behaviour.handle !== undefined) return behaviour.handle(request, response, body);
    try {
      const answer = await work({ request, body, baseURL, behaviour });
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    } catch (error) {
      const status = error instanceof OpenAI.APIError ? (error.status ?? 500) : 500;
      response.writeHead(status).end(JSON.stringify({ error: String(error), secret: "agent-stack-trace" }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    bodies,
    useProvider: (url) => {
      baseURL = url;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Work {
  readonly request: IncomingMessage;
  readonly body: string;
  readonly baseURL: string;
  readonly behaviour: AgentBehaviour;
}

async function work({ request, body, baseURL, behaviour }: Work): Promise<unknown> {
  const { prompt = "hello", model = "gpt-4o" } = body === "" ? {} : JSON.parse(body);
  const client = new OpenAI({ baseURL, apiKey: "the-agent-has-none", maxRetries: 0 });
  const headers: Record<string, string> = { ...behaviour.lies };
  for (const name of behaviour.forwards ?? []) headers[name] = String(request.headers[name]);
  let output = "";
  let tokens = 0;
  for (let call = 0; call < (behaviour.calls ?? 1); call++) {
    const messages = [{ role: "user" as const, content: prompt }];
    const answer = await client.chat.completions.create({ model, messages }, { headers });
    output = answer.choices[0]?.message.content ?? "";
    tokens += answer.usage?.total_tokens ?? 0;
  }
  return { status: "completed", output, tokens_used: tokens };
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
