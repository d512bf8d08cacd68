// Owns a sidecar as a forward proxy for tests: its policy, its resolver, and hosts on loopback that it may
// name. Nothing here reaches further.

import type { LookupAddress } from "node:dns";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from "node:tls";
import type { Resolve } from "../../../core/motion/dial.ts";
import { type Issuer, makeIssuer, makeLeafKeys, signLeaf } from "../../../core/motion/x509-adapter.ts";
import { type RunningSidecar, startSidecar } from "../../../sidecar/main.ts";
import { eventually, type LogLine, lines, programSettings } from "../world.ts";

export interface EgressWorldOptions {
  /** YAML lines below `egress:`, each indented by four spaces. */
  readonly egress: string;
  /** YAML lines below the agent's `spec`, each indented by two spaces. */
  readonly agentSpec?: string;
  readonly documents?: string;
  /** Names to what they resolve to; a function is asked each time. */
  readonly names?: Readonly<Record<string, string | (() => readonly string[])>>;
  readonly environment?: NodeJS.ProcessEnv;
  readonly inFlightMax?: number;
  /** No bundle is written, so no TLS can be taken apart. */
  readonly withoutAuthority?: true;
}

export interface EgressWorld {
  readonly sidecar: RunningSidecar;
  readonly port: number;
  readonly proxyUrl: string;
  readonly bundleFile: string;
  readonly log: readonly LogLine[];
  /** Names that were resolved, in order. */
  readonly resolved: readonly string[];
  /** The first audit line that fits, once it is there. */
  line(isIt: (line: LogLine) => boolean): Promise<LogLine>;
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export function egressPolicy({ egress, agentSpec = "", documents = "" }: EgressWorldOptions): string {
  return `apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: search }
spec:
  egress:
${egress}
${agentSpec}
${documents}`;
}

export async function startEgressWorld(options: EgressWorldOptions): Promise<EgressWorld> {
  const policyDir = await mkdtemp(join(tmpdir(), "sluice-egress-"));
  await writeFile(join(policyDir, "policy.yaml"), egressPolicy(options));
  const log: LogLine[] = [];
  const resolved: string[] = [];
  const bundleFile = join(policyDir, "ca", "bundle.pem");
  const { environment = {}, inFlightMax = 10_000 } = options;
  const resolve = resolverOf(options.names ?? {}, resolved);
  const program = { ...programSettings(policyDir, { environment }), inFlightMax, resolve };
  const sidecar = await startSidecar(
    {
      program,
      agent: "search",
      listen: { host: "127.0.0.1", port: 0 },
      inbound: undefined,
      authority: options.withoutAuthority === true ? undefined : { bundleFile, keyFile: undefined },
    },
    lines(log),
  );
  const port = sidecar.egressPort;
  return {
    sidecar,
    port,
    proxyUrl: `http://127.0.0.1:${port}`,
    bundleFile,
    log,
    resolved,
    line: (isIt) => eventually(() => log.find((line) => "http_status" in line && isIt(line))),
    metrics: async () => (await fetch(`http://127.0.0.1:${sidecar.statusPort}/metrics`)).text(),
    close: async () => {
      await sidecar.close();
      await rm(policyDir, { recursive: true });
    },
  };
}

/** Whatever is not listed resolves to nothing: no test asks the machine's own resolver. */
function resolverOf(names: NonNullable<EgressWorldOptions["names"]>, resolved: string[]): Resolve {
  return (hostname, _options, callback) => {
    resolved.push(hostname);
    const said = names[hostname];
    const addresses = typeof said === "function" ? said() : said === undefined ? [] : [said];
    const found = addresses.map(
      (address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 }),
    );
    const error = Object.assign(new Error("not found"), { code: "ENOTFOUND" });
    queueMicrotask(() => (found.length === 0 ? callback(error, []) : callback(null, found)));
  };
}

/** What the tests' own TLS servers show; this process trusts it from here on. */
let root: Promise<Issuer> | undefined;

export function testRoot(): Promise<Issuer> {
  root ??= makeIssuer("secret").then((issuer) => {
    setDefaultCACertificates([...getCACertificates("default"), issuer.certificate.toString("pem")]);
    return issuer;
  });
  return root;
}

export interface TestHost {
  readonly port: number;
  /** Open connections right now. */
  readonly sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

export async function listenOn(server: Server, address = "127.0.0.1", port = 0): Promise<TestHost> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** TLS in front of a server in the clear, in the name of `host`. */
export async function tlsInFrontOf(
  clear: { readonly port: number },
  { host, address, port = 443 }: { host: string; address: string; port?: number },
): Promise<TestHost> {
  const issuer = await testRoot();
  const keys = await makeLeafKeys(issuer);
  const cert = await signLeaf(issuer, host, keys);
  const server = createTlsServer({ cert, key: keys.privatePem, ALPNProtocols: ["h2", "http/1.1"] }, (tls) => {
    const inside = connect(clear.port, "127.0.0.1");
    inside.on("error", () => tls.destroy()).on("close", () => tls.destroy());
    tls.on("error", () => inside.destroy()).on("close", () => inside.destroy());
    tls.pipe(inside).pipe(tls);
  });
  return listenOn(server, address, port);
}

/** Whether servers may listen on 443 here; else what is inspected cannot be shown. */
export async function canListenOn443(): Promise<boolean> {
  try {
    // An address of this process alone: other test files ask at the same time.
    const address = `127.91.${(process.pid >> 8) & 255}.${process.pid & 255}`;
    await (await listenOn(createTcpServer(), address, 443)).close();
    return true;
  } catch {
    return false;
  }
}

export interface RawClient {
  readonly socket: Socket;
  /** All that came so far. */
  readonly heard: () => Buffer;
  /** Once it fits. */
  hears(isIt: (text: string) => boolean): Promise<string>;
  readonly closed: Promise<void>;
}

/** Bytes as they are written. */
export function rawClient(port: number, text: string): RawClient {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const chunks: Buffer[] = [];
  const heard = (): Buffer => Buffer.concat(chunks);
  socket.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("end", () => socket.end());
  if (text !== "") socket.write(text);
  const hears = (isIt: (text: string) => boolean): Promise<string> =>
    eventually(() => {
      const said = heard().toString("latin1");
      return isIt(said)
        ? said
        : socket.destroyed
          ? Promise.reject(new Error(`closed after: ${said}`))
          : undefined;
    }).then((said) => said);
  return { socket, heard, hears, closed };
}

/** The answer to a request in bytes: the whole text, once the connection is closed. */
export async function answerTo(port: number, text: string): Promise<string> {
  const client = rawClient(port, text);
  await client.closed;
  return client.heard().toString("latin1");
}
