// Owns the mock provider's server and the life of each request on it; knows no vendor's format.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ClientLine } from "./client-line.ts";
import { answerControl, isControlPath } from "./control.ts";
import { type Ended, type LogEntry, TrafficLog } from "./log.ts";
import { type Plan, refusePlan } from "./plan.ts";
import { parseJson, readBody } from "./request-body.ts";
import { Scenario } from "./scenario.ts";
import type { Script } from "./script.ts";
import { checkScript, tellProblems } from "./script-reader.ts";
import { send, type Tally } from "./send.ts";

export type { LogEntry } from "./log.ts";
export type { Script } from "./script.ts";

export interface MockProviderOptions {
  /** `host:port`, `[v6]:port`; port 0 takes a free one. Default `127.0.0.1:0`. */
  readonly listen?: string;
  readonly script?: Script;
  /** Entries the log keeps; default 10,000. */
  readonly logEntriesMax?: number;
  /** How long `waitFor` waits; default 10 s. */
  readonly waitMaxMs?: number;
}

export interface MockProvider {
  /** Without a path and a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Always the present log, oldest first. */
  readonly log: readonly LogEntry[];
  waitFor(predicate: (entry: LogEntry) => boolean): Promise<LogEntry>;
  /** Throws an Error that names each path and problem when the script is wrong. */
  setScript(script: Script): void;
  /** Empties the log and gives every rule of the script its uses back. */
  reset(): void;
  /** Ends every connection and timer. */
  close(): Promise<void>;
}

const bodyBytesMax = 32 * 1024 * 1024;
const logBodyBytesMax = 64 * 1024 * 1024;
const connectionsMax = 20_000;
// Longer than any client pool keeps a connection: the provider is never the one that closes an idle one.
const keepAliveTimeoutMs = 120_000;

export async function startMockProvider(options: MockProviderOptions = {}): Promise<MockProvider> {
  const provider = new Provider(options);
  await provider.listen(options.listen ?? "127.0.0.1:0");
  return provider;
}

class Provider implements MockProvider {
  readonly #log: TrafficLog;
  readonly #server: Server;
  readonly #underWay = new Set<Promise<void>>();
  #script: Script = {};
  #scenario = new Scenario({});
  #isClosing = false;
  #url = "";

  constructor({ script = {}, logEntriesMax = 10_000, waitMaxMs = 10_000 }: MockProviderOptions) {
    this.#log = new TrafficLog({ entriesMax: logEntriesMax, bodyBytesMax: logBodyBytesMax, waitMaxMs });
    this.#server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (request, response) => {
      const answering = this.#answer(request, response);
      this.#underWay.add(answering);
      answering.finally(() => this.#underWay.delete(answering));
    });
    this.#server.maxConnections = connectionsMax;
    this.setScript(script);
  }

  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  get log(): readonly LogEntry[] {
    return this.#log.entries;
  }

  listen(address: string): Promise<void> {
    const [, host = "", port = ""] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(address) ?? [];
    if (port === "" || Number(port) > 65_535) throw new Error(`not an address host:port: ${address}`);
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(Number(port), host, () => {
        const bound = this.#server.address() as AddressInfo;
        this.#url = `http://${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`;
        resolve();
      });
    });
  }

  waitFor(predicate: (entry: LogEntry) => boolean): Promise<LogEntry> {
    return this.#log.waitFor(predicate);
  }

  setScript(script: Script): void {
    const reading = checkScript(script);
    if ("problems" in reading) throw new Error(`the script is wrong\n${tellProblems(reading.problems)}`);
    this.#script = reading.script;
    this.#scenario = new Scenario(this.#script);
  }

  reset(): void {
    this.#log.reset();
    this.#scenario = new Scenario(this.#script);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await Promise.all([closed, ...this.#underWay]);
    this.#log.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = "/", ...query] = (request.url ?? "/").split("?");
    if (isControlPath(path)) return answerControl(request, response, this);
    const { method = "", rawHeaders } = request;
    const entry = this.#log.open({ method, path, query: query.join("?"), rawHeaders });
    const line = new ClientLine(response);
    response.once("close", () => this.#seeClose(entry));
    const body = await readBody(request, bodyBytesMax);
    if (body === "client-gone") return;
    const plan = body === "too-large" ? tooLarge(response) : this.#read(entry, body);
    response.setHeader("x-request-id", `req_${entry.sequence.toString(16).padStart(32, "0")}`);
    describe(entry, plan);
    this.#log.changed(entry);
    await send(line, plan.delivery, plan.writes, this.#tally(entry));
  }

  #read(entry: LogEntry, body: Buffer): Plan {
    entry.bodyBytes = body.length;
    const value = body.length === 0 ? undefined : parseJson(body);
    if (value !== undefined && this.#scenario.keepsBodies) this.#log.keepBody(entry, value);
    return this.#scenario.plan({
      method: entry.method,
      path: entry.path,
      query: entry.query,
      headers: entry.headers,
      body: value,
    });
  }

  #tally(entry: LogEntry): Tally {
    return {
      began: (status) => {
        entry.status = status;
        this.#log.changed(entry);
      },
      wrote: ({ bytes, frames, tokens }) => {
        entry.bytesSent += bytes.length;
        entry.framesSent += frames;
        entry.completionTokens += tokens;
        this.#log.changed(entry);
      },
      ended: (how) => this.#end(entry, how),
    };
  }

  #seeClose(entry: LogEntry): void {
    if (entry.ended !== undefined && entry.ended !== "stalled") return;
    if (!this.#isClosing) entry.clientGoneAt = Date.now();
    this.#end(entry, entry.ended ?? (this.#isClosing ? "cut" : "client-gone"));
  }

  #end(entry: LogEntry, how: Ended): void {
    entry.ended = how;
    entry.endedAt = Date.now();
    this.#log.changed(entry);
  }
}

function describe(entry: LogEntry, plan: Plan): void {
  entry.dialect = plan.dialect;
  entry.model = plan.ask?.model;
  entry.stream = plan.ask?.form === "stream";
  entry.promptTokens = plan.promptTokens;
  entry.rule = plan.rule;
  entry.fault = plan.fault;
}

function tooLarge(response: ServerResponse): Plan {
  // The rest of the body is not read: this connection cannot be used again.
  response.setHeader("connection", "close");
  return refusePlan({ status: 413, message: "Request body is too large.", param: null, code: null });
}
