// Owns the limiter that must fail: it looks at what is used before a call and adds after it. Knows no policy.

import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { Redis } from "ioredis";
import { countTokens } from "../../mock/tokens.ts";

const [port = "0", storeUrl = "", providerUrl = "", tokensMax = "0"] = process.argv.slice(2);
const store = new Redis(storeUrl);
const provider = new URL(providerUrl);

async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(incoming);
  const asked = JSON.parse(body.toString()) as {
    model: string;
    stream?: true;
    messages: [{ content: string }];
  };
  const used = Number(await store.get(asked.model));
  if (used >= Number(tokensMax)) {
    response.writeHead(429, { "x-sluice-refusal": "budget_exceeded", "x-should-retry": "false" }).end("{}");
    return;
  }
  const usage = asked.stream ? { stream_options: { include_usage: true } } : {};
  const upstream = ask(incoming, JSON.stringify({ ...asked, ...usage }));
  upstream.on("response", (told) => {
    let text = "";
    response.writeHead(told.statusCode ?? 502, { "content-type": told.headers["content-type"] ?? "" });
    told.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      response.write(chunk);
    });
    told.on("end", () => {
      const total = /"total_tokens":\s*(\d+)/.exec(text)?.[1];
      const tokens = total === undefined ? countTokens(asked.messages[0].content) : Number(total);
      void store.incrby(asked.model, tokens).then(() => response.end());
    });
    told.on("error", () => response.destroy());
  });
  upstream.on("error", () => response.destroy());
  response.on("close", () => {
    if (!response.writableFinished) upstream.destroy();
  });
}

function ask({ method = "POST", url: path = "/" }: IncomingMessage, body: string): ClientRequest {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const sent = request({ host: provider.hostname, port: provider.port, method, path, headers });
  sent.end(body);
  return sent;
}

const server = createServer((incoming, response) => void answer(incoming, response));
server.listen(Number(port), "127.0.0.1", () => console.error(`listening: ${port}`));
