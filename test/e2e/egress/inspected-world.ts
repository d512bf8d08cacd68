// Owns a sidecar that takes TLS apart, for tests: its host, its clients' environment. Reaches loopback only.

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { guardText } from "../guarded.ts";
import { type EgressWorld, listenOn, rawClient, startEgressWorld, tlsInFrontOf } from "./world.ts";

const event = `data: ${"x".repeat(1_000)}\n\n`;
export const eventsBytes = Buffer.from(event.repeat(5_000));
const pieceBytes = 37_777;

export interface InspectedWorld {
  readonly world: EgressWorld;
  /** Requests for `/never` whose client has left. */
  readonly gone: () => number;
  /** As an application is set up: nothing but its environment. */
  run(command: string, args: readonly string[], more?: NodeJS.ProcessEnv): Promise<Ran>;
  bundle(): Promise<string>;
  /** A client inside a tunnel to `tools.test`, that trusts the bundle. */
  inside(options?: { sni?: string; alpn?: readonly string[] }): Promise<TLSSocket>;
  close(): Promise<void>;
}

export interface Ran {
  readonly code: number | null;
  readonly output: Buffer;
  readonly error: string;
}

/** `net`: the loopback addresses of this world's own servers, `127.0.93`. */
export async function startInspectedWorld(net: string): Promise<InspectedWorld> {
  let gone = 0;
  const onGone = (): void => {
    gone += 1;
  };
  const clear = await listenOn(createServer((request, response) => void answer(request, response, onGone)));
  const secure = await tlsInFrontOf(clear, { host: "tools.test", address: `${net}.2` });
  const untrusted = await tlsInFrontOf(clear, { host: "somebody.else.test", address: `${net}.3` });
  const world = await startEgressWorld({
    egress: `    "tools.test:443": { inspect: true, private: true }
    "untrusted.test:443": { inspect: true, private: true }`,
    agentSpec: "  guards:\n    args: { guard: args, on: [ tool.args ] }",
    documents: guardText({ name: "args", word: "moonstone", action: "block" }),
    names: { "tools.test": `${net}.2`, "untrusted.test": `${net}.3` },
  });
  const bundle = (): Promise<string> => readFile(world.bundleFile, "utf8");
  return {
    world,
    gone: () => gone,
    run: (command, args, more) => run(command, args, { ...environmentFor(world), ...more }),
    bundle,
    inside: (options = {}) => insideOf(world, { host: "tools.test", ...options }),
    close: async () => {
      await world.close();
      for (const host of [clear, secure, untrusted]) await host.close();
    },
  };
}

interface Inside {
  readonly host: string;
  readonly sni?: string;
  readonly alpn?: readonly string[];
}

async function insideOf(world: EgressWorld, { host, sni = host, alpn }: Inside): Promise<TLSSocket> {
  const client = rawClient(world.port, `CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
  await client.hears((text) => text.endsWith("\r\n\r\n"));
  client.socket.removeAllListeners("data");
  const protocols = alpn === undefined ? {} : { ALPNProtocols: [...alpn] };
  const ca = await readFile(world.bundleFile, "utf8");
  return connectTls({ socket: client.socket, servername: sni, ca, ...protocols });
}

/** The answer to one request in a tunnel: the whole text, once the connection is closed. */
export async function tunnelled(world: EgressWorld, host: string, text: string): Promise<string> {
  const tls = await insideOf(world, { host });
  tls.write(text);
  let said = "";
  for await (const chunk of tls) said += String(chunk);
  return said;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  onGone: () => void,
): Promise<unknown> {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (request.url === "/events") return answerEvents(response);
  if (request.url === "/never") {
    response.on("close", onGone);
    return response.writeHead(200, { "content-type": "text/plain" }).write("begun");
  }
  if (request.url === "/moved") return response.writeHead(307, { location: "https://not.test/" }).end();
  const said = { method: request.method, url: request.url, body, host: request.headers.host };
  return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(said));
}

async function answerEvents(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let at = 0; at < eventsBytes.length; at += pieceBytes) {
    if (response.write(eventsBytes.subarray(at, at + pieceBytes))) continue;
    await new Promise((resolve) => response.once("drain", resolve));
  }
  response.end();
}

function environmentFor({ proxyUrl, bundleFile }: EgressWorld): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    HTTPS_PROXY: proxyUrl,
    SSL_CERT_FILE: bundleFile,
    REQUESTS_CA_BUNDLE: bundleFile,
    CURL_CA_BUNDLE: bundleFile,
    NODE_EXTRA_CA_CERTS: bundleFile,
  };
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const output: Buffer[] = [];
    let error = "";
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      error += chunk;
    });
    child.on("error", (cause) => resolve({ code: -1, output: Buffer.alloc(0), error: String(cause) }));
    child.on("close", (code) => resolve({ code, output: Buffer.concat(output), error }));
  });
}
