// Owns the proof of TLS that is taken apart: curl, Node and Python get what they would get, and nothing passes
// that cannot be read. Reaches loopback only.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardText } from "../guarded.ts";
import { eventually } from "../world.ts";
import { clientHello, serverName } from "./hello.ts";
import {
  canListenOn443,
  type EgressWorld,
  listenOn,
  rawClient,
  startEgressWorld,
  type TestHost,
  testRoot,
  tlsInFrontOf,
} from "./world.ts";

const isPossible = await canListenOn443();
const event = `data: ${"x".repeat(1_000)}\n\n`;
const eventsBytes = Buffer.from(event.repeat(5_000));
const digest = (bytes: Buffer | string): string => createHash("sha256").update(bytes).digest("hex");
const address = "127.0.93.2";

let clear: TestHost;
let secure: TestHost;
let untrusted: TestHost;
let world: EgressWorld;
let gone = 0;

beforeAll(async () => {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.url === "/events") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (let at = 0; at < eventsBytes.length; at += 37_777) {
        if (!response.write(eventsBytes.subarray(at, at + 37_777))) {
          await new Promise((resolve) => response.once("drain", resolve));
        }
      }
      response.end();
    } else if (request.url === "/never") {
      response.writeHead(200, { "content-type": "text/plain" }).write("begun");
      response.on("close", () => {
        gone += 1;
      });
    } else if (request.url === "/moved") {
      response.writeHead(307, { location: "https://not.listed.test/" }).end();
    } else {
      const said = { method: request.method, url: request.url, body, host: request.headers.host };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(said));
    }
  });
  clear = await listenOn(server);
  if (!isPossible) return;
  secure = await tlsInFrontOf(clear, { host: "tools.test", address });
  untrusted = await tlsInFrontOf(clear, { host: "somebody.else.test", address: "127.0.93.3" });
  world = await startEgressWorld({
    egress: `    "tools.test:443": { inspect: true, private: true }
    "untrusted.test:443": { inspect: true, private: true }`,
    agentSpec: "  guards:\n    args: { guard: args, on: [ tool.args ] }",
    documents: guardText({ name: "args", word: "moonstone", action: "block" }),
    names: { "tools.test": address, "untrusted.test": "127.0.93.3" },
  });
});

afterAll(async () => {
  await clear.close();
  if (!isPossible) return;
  await world.close();
  await secure.close();
  await untrusted.close();
});

interface Ran {
  readonly code: number | null;
  readonly output: Buffer;
  readonly error: string;
}

/** As an application is set up: nothing but its environment. */
function run(command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    HTTPS_PROXY: world.proxyUrl,
    SSL_CERT_FILE: world.bundleFile,
    REQUESTS_CA_BUNDLE: world.bundleFile,
    CURL_CA_BUNDLE: world.bundleFile,
    NODE_EXTRA_CA_CERTS: world.bundleFile,
    ...more,
  };
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
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

const nodeProgram = `
import { createHash } from "node:crypto";
const answer = await fetch(process.argv[1]);
const bytes = Buffer.from(await answer.arrayBuffer());
console.log(answer.status, createHash("sha256").update(bytes).digest("hex"));`;

const pythonProgram = `
import hashlib, sys, urllib.request
answer = urllib.request.urlopen(sys.argv[1])
print(answer.status, hashlib.sha256(answer.read()).hexdigest())`;

const requestsProgram = `
import hashlib, sys
try:
    import requests
except ImportError:
    print("no requests"); sys.exit(0)
answer = requests.get(sys.argv[1], stream=True)
digest = hashlib.sha256()
for chunk in answer.iter_content(8192): digest.update(chunk)
print(answer.status_code, digest.hexdigest())`;

const unlessPossible = describe.skipIf(!isPossible);

unlessPossible("5 MB of events, to the last byte (needs leave to listen on 443)", () => {
  const url = "https://tools.test/events";
  const whole = `200 ${digest(eventsBytes)}`;

  it("curl", async () => {
    const { output, error } = await run("curl", ["--silent", "--show-error", "--fail", url]);
    expect(error).toBe("");
    expect(digest(output)).toBe(digest(eventsBytes));
  });

  it("Node's own fetch", async () => {
    const args = ["--input-type=module", "--eval", nodeProgram, url];
    const { output, error } = await run(process.execPath, args, { NODE_USE_ENV_PROXY: "1" });
    expect(output.toString().trim(), error).toBe(whole);
  });

  it("undici's agent", async () => {
    const ca = (await testBundle()).toString();
    const dispatcher = new EnvHttpProxyAgent({ httpsProxy: world.proxyUrl, requestTls: { ca } });
    const answer = await undiciFetch(url, { dispatcher });
    expect(digest(Buffer.from(await answer.arrayBuffer()))).toBe(digest(eventsBytes));
    await dispatcher.close();
  });

  it("Python's urllib and requests", async () => {
    const urllib = await run("python3", ["-c", pythonProgram, url]);
    expect(urllib.output.toString().trim(), urllib.error).toBe(whole);
    const requests = await run("python3", ["-c", requestsProgram, url]);
    expect([whole, "no requests"], requests.error).toContain(requests.output.toString().trim());
  });

  it("each of them left two lines: the tunnel, and what was asked in it", async () => {
    const tunnel = await world.line(
      ({ route, status }) => route === "connect tools.test:443" && status === "success",
    );
    expect(tunnel).toMatchObject({ event: "egress", host: "tools.test:443", http_status: 200 });
    expect(tunnel.received_bytes).toBeGreaterThan(eventsBytes.length);
    const inside = await world.line(({ route }) => route === "egress tools.test:443");
    expect(inside).toMatchObject({ event: "egress", host: "tools.test:443", status: "success" });
  });
});

async function testBundle(): Promise<Buffer> {
  const { readFile } = await import("node:fs/promises");
  return readFile(world.bundleFile);
}

/** A client inside a tunnel, that trusts the bundle. */
async function inside(options: { sni?: string; alpn?: readonly string[] } = {}): Promise<TLSSocket> {
  const { sni = "tools.test", alpn } = options;
  const client = rawClient(world.port, "CONNECT tools.test:443 HTTP/1.1\r\nHost: tools.test:443\r\n\r\n");
  await client.hears((text) => text.endsWith("\r\n\r\n"));
  client.socket.removeAllListeners("data");
  const protocols = alpn === undefined ? {} : { ALPNProtocols: [...alpn] };
  return connectTls({ socket: client.socket, servername: sni, ca: await testBundle(), ...protocols });
}

async function said(tls: TLSSocket, text: string): Promise<string> {
  let heard = "";
  tls.on("data", (chunk: Buffer) => {
    heard += chunk.toString("latin1");
  });
  tls.on("error", (error) => {
    heard += `!${(error as NodeJS.ErrnoException).code}`;
  });
  tls.write(text);
  await new Promise<void>((resolve) => tls.once("end", resolve).once("close", () => resolve()));
  tls.destroy();
  return heard;
}

const close = "connection: close\r\n";

unlessPossible("what is inside is read like a tool's", () => {
  it("asked as it was meant, guarded, and redirects are the agent's to follow", async () => {
    const asked = await said(await inside(), `GET /a?b=c HTTP/1.1\r\nHost: tools.test\r\n${close}\r\n`);
    expect(asked).toContain('{"method":"GET","url":"/a?b=c","body":"","host":"tools.test"}');
    const guarded = await said(await inside(), `GET /moonstone HTTP/1.1\r\nHost: tools.test\r\n${close}\r\n`);
    expect(guarded).toMatch(/^HTTP\/1\.1 400 .*x-sluice-refusal: blocked_content/s);
    const moved = await said(await inside(), `GET /moved HTTP/1.1\r\nHost: tools.test\r\n${close}\r\n`);
    expect(moved).toMatch(/^HTTP\/1\.1 307 .*location: https:\/\/not\.listed\.test\//s);
  });

  it.each([
    ["another Host", "GET / HTTP/1.1\r\nHost: other.test\r\n", "request_malformed"],
    ["another port in Host", "GET / HTTP/1.1\r\nHost: tools.test:444\r\n", "request_malformed"],
    ["another target", "GET https://other.test/ HTTP/1.1\r\nHost: tools.test\r\n", "request_malformed"],
    ["a target in the clear", "GET http://tools.test/ HTTP/1.1\r\nHost: tools.test\r\n", "request_malformed"],
    ["a tunnel in the tunnel", "CONNECT tools.test:443 HTTP/1.1\r\nHost: tools.test\r\n", "egress_denied"],
    [
      "a WebSocket",
      "GET / HTTP/1.1\r\nHost: tools.test\r\nUpgrade: websocket\r\nConnection: upgrade\r\n",
      "upgrade_refused",
    ],
    ["HTTP/2 without ALPN", "PRI * HTTP/2.0\r\n\r\nSM\r\n", "request_malformed"],
  ])("%s: refused", async (_what, text, code) => {
    const more = text.includes("Connection") ? "" : close;
    expect(await said(await inside(), `${text}${more}\r\n`)).toContain(`x-sluice-refusal: ${code}`);
  });

  it("only HTTP/1.1 is promised: a client that takes nothing else is refused", async () => {
    const both = await inside({ alpn: ["h2", "http/1.1"] });
    await new Promise((resolve) => both.once("secureConnect", resolve));
    expect(both.alpnProtocol).toBe("http/1.1");
    both.destroy();
    expect(await said(await inside({ alpn: ["h2"] }), "")).toMatch(/^!ERR_SSL/);
  });

  it("another name in TLS is refused, and so is a client that does not trust the CA", async () => {
    const before = world.log.length;
    expect(await said(await inside({ sni: "other.test" }), "")).toContain("!");
    const newest = () => world.log.slice(before).filter(({ error_type }) => error_type === "tunnel_denied");
    await eventually(() => newest().length === 1);
    const { code } = await run("curl", ["--silent", "https://tools.test/"], {
      CURL_CA_BUNDLE: "",
      SSL_CERT_FILE: "",
    });
    expect(code).not.toBe(0);
    await eventually(() => newest().length === 2);
  });

  it("no TLS at all is closed, and nothing is asked", async () => {
    const client = rawClient(world.port, "CONNECT tools.test:443 HTTP/1.1\r\nHost: tools.test:443\r\n\r\n");
    await client.hears((text) => text.endsWith("\r\n\r\n"));
    client.socket.write("GET / HTTP/1.1\r\nHost: tools.test\r\n\r\n");
    await client.closed;
    expect(client.heard().toString()).toBe("HTTP/1.1 200 Connection Established\r\n\r\n");
    const broken = rawClient(world.port, "CONNECT tools.test:443 HTTP/1.1\r\nHost: tools.test:443\r\n\r\n");
    await broken.hears((text) => text.endsWith("\r\n\r\n"));
    broken.socket.write(clientHello([serverName("tools.test")]));
    await broken.closed;
  });

  it("an upstream that shows another's certificate is not spoken to", async () => {
    const { output } = await run("curl", ["--silent", "--include", "https://untrusted.test/"]);
    expect(output.toString()).toMatch(
      /^HTTP\/1\.1 200 .*HTTP\/1\.1 502 .*x-sluice-refusal: upstream_unreachable/s,
    );
  });

  it("a client that leaves takes its upstream along", async () => {
    gone = 0;
    const tls = await inside();
    tls.on("error", () => {});
    tls.write("GET /never HTTP/1.1\r\nHost: tools.test\r\n\r\n");
    await new Promise((resolve) => tls.once("data", resolve));
    tls.destroy();
    await eventually(() => gone === 1);
  });
});

unlessPossible("the bundle", () => {
  it("holds public roots and the pod's CA, and no key", async () => {
    const text = (await testBundle()).toString();
    expect(text.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(100);
    expect(text.includes("PRIVATE KEY")).toBe(false);
  });

  it("does not make the CA one of the tests' own roots", async () => {
    const { certificate } = await testRoot();
    const last = (await testBundle()).toString().split("-----END CERTIFICATE-----").at(-2) ?? "";
    const own = `${last}-----END CERTIFICATE-----`.trim();
    await writeFile(`${world.bundleFile}.own`, own);
    expect(own).not.toBe(certificate.toString("pem").trim());
    const { code } = await run("curl", ["--silent", "https://tools.test/a"], {
      CURL_CA_BUNDLE: `${world.bundleFile}.own`,
    });
    expect(code).toBe(0);
  });
});
