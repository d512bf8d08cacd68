// Owns asking an MCP server what it offers, in whichever era it speaks. Knows no file.

import type { JsonObject, JsonValue } from "../../core/contracts/json.ts";
import {
  type McpLock,
  type McpServerSpec,
  type Offer,
  type Pin,
  type PinnedKind,
  pinned,
} from "../../core/contracts/mcp-spec.ts";
import type { Refusal } from "../../core/contracts/refusal.ts";
import type { RpcMessage as Message } from "../../core/contracts/rpc.ts";
import { mcpDialect } from "../../core/dialects/mcp.ts";
import { mayUse } from "../../core/filters/mcp/rules.ts";
import type { Reply } from "../../core/motion/source.ts";
import { pinOf } from "../../core/pins/definition.ts";
import { pathOf } from "../../core/policy/mcp-target.ts";
import { isObject } from "../../core/text/json.ts";
import { McpLines } from "../../sidecar/mcp-lines.ts";

export type Offered = { readonly lock: McpLock } | { readonly problem: string };

const lists: Readonly<Record<PinnedKind, { readonly method: string; readonly offer: Offer }>> = {
  tools: { method: "tools/list", offer: "tools" },
  prompts: { method: "prompts/list", offer: "prompts" },
  resourceTemplates: { method: "resources/templates/list", offer: "resources" },
};
const modern = "2026-07-28";
const legacy = "2025-11-25";
const pagesMax = 100;
const clientInfo = { name: "sluice", version: "1" };

/** What the server's own lists let pass of it. */
export async function askServer(server: McpServerSpec): Promise<Offered> {
  const lines = new McpLines();
  const asker = new Asker(server, lines);
  const problem = await asker.begin();
  const offered = problem === undefined ? await askAll(asker, server) : { problem };
  await asker.end();
  await lines.close();
  return offered;
}

async function askAll(asker: Asker, server: McpServerSpec): Promise<Offered> {
  const lock = {
    tools: new Map<string, Pin>(),
    prompts: new Map<string, Pin>(),
    resourceTemplates: new Map<string, Pin>(),
  };
  for (const kind of pinned) {
    const { method, offer } = lists[kind];
    const found = await asker.list(method, kind);
    if (typeof found === "string" && kind === "tools") return { problem: found };
    for (const value of typeof found === "string" ? [] : found) {
      const pin = pinOf(kind, value);
      if (pin === undefined || !mayUse({ access: [server.access] }, offer, pin.name)) continue;
      if (lock[kind].has(pin.name)) return { problem: `it says twice what ${pin.name} is` };
      lock[kind].set(pin.name, { hash: pin.hash, definition: pin.definition });
    }
  }
  return { lock };
}

type Answer = { readonly result: JsonObject } | { readonly failed: string };

class Asker {
  readonly #server: McpServerSpec;
  readonly #line: ReturnType<McpLines["open"]>;
  readonly #dialect: ReturnType<typeof mcpDialect>;
  #version = legacy;
  #session: string | undefined = undefined;
  #lastId = 0;

  constructor(server: McpServerSpec, lines: McpLines) {
    this.#server = server;
    this.#dialect = mcpDialect(server);
    this.#line = lines.open(server, { environment: process.env, onProcessEnd() {} });
  }

  /** A handshake where the server knows one; else it is of the era without. What went wrong, in words. */
  async begin(): Promise<string | undefined> {
    const params = { protocolVersion: legacy, capabilities: {}, clientInfo };
    const greeted = await this.#ask("initialize", params);
    if ("result" in greeted) {
      const { protocolVersion } = greeted.result;
      if (typeof protocolVersion === "string") this.#version = protocolVersion;
      await this.#send({ jsonrpc: "2.0", method: "notifications/initialized" });
      return undefined;
    }
    this.#version = modern;
    const discovered = await this.#ask("server/discover", {});
    return "result" in discovered ? undefined : greeted.failed;
  }

  async end(): Promise<void> {
    if (this.#session === undefined) return;
    const headers = this.#headers(undefined);
    const sending = this.#line.calls.send({
      ...{ method: "DELETE", path: pathOf(this.#server) },
      ...{ headers, body: undefined },
    });
    const reply = await sending.replied;
    if (reply.kind === "reply") reply.source.abort();
  }

  /** All pages; a text where it cannot be had. */
  async list(method: string, member: string): Promise<readonly JsonValue[] | string> {
    const all: JsonValue[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < pagesMax; page += 1) {
      const answer = await this.#ask(method, cursor === undefined ? {} : { cursor });
      if ("failed" in answer) return answer.failed;
      const { nextCursor, [member]: elements } = answer.result;
      if (Array.isArray(elements)) all.push(...elements);
      if (typeof nextCursor !== "string" || nextCursor === cursor) break;
      cursor = nextCursor;
    }
    return all;
  }

  async #ask(method: string, params: JsonObject): Promise<Answer> {
    this.#lastId += 1;
    const isModern = this.#version === modern;
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": modern,
      "io.modelcontextprotocol/clientCapabilities": {},
      "io.modelcontextprotocol/clientInfo": clientInfo,
    };
    const said = { ...params, ...(isModern ? { _meta } : {}) };
    return this.#send({ jsonrpc: "2.0", id: this.#lastId, method, params: said });
  }

  async #send(message: JsonObject): Promise<Answer> {
    const body = Buffer.from(JSON.stringify(message));
    const built = this.#headers(typeof message.method === "string" ? message.method : undefined);
    const headers = { ...built, "content-length": String(body.length) };
    const path = pathOf(this.#server);
    const sending = this.#line.calls.send({ method: "POST", path, headers, body });
    const reply = await sending.replied;
    if (reply.kind === "refusal") return failure(reply);
    const id = reply.head.headers["mcp-session-id"];
    if (typeof id === "string") this.#session = id;
    return this.#read(reply, message.id);
  }

  #read({ head, source }: Reply, id: JsonValue | undefined): Promise<Answer> {
    return new Promise((resolve) => {
      const bytesMax = this.#server.messageBytesMax;
      const reader = this.#dialect.reader(head, { frameBytesMax: bytesMax, bodyBytesMax: bytesMax });
      const take = (frames: ReturnType<typeof reader.push>): void => {
        if ("kind" in frames) resolve(failure(frames));
        else for (const { messages = [] } of frames) for (const said of messages) hear(said);
      };
      const hear = (said: Message): void => {
        if (said.id !== id || said.id === undefined) return;
        const { result, error } = said.value;
        const words = isObject(error) && typeof error.message === "string" ? error.message : "it failed";
        resolve(isObject(result) ? { result } : { failed: words });
        source.abort();
      };
      source.attach({
        data: (chunk) => take(reader.push(chunk)),
        end: () => {
          take(reader.end());
          resolve({ failed: `it answered with status ${head.status}` });
        },
        lost: (because) => resolve(failure(because)),
      });
    });
  }

  #headers(method: string | undefined): Record<string, string> {
    const isModern = this.#version === modern;
    const isBegun = method !== "initialize";
    return {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "accept-encoding": "identity",
      ...(isBegun ? { "mcp-protocol-version": this.#version } : {}),
      ...(isModern && method !== undefined ? { "mcp-method": method } : {}),
      ...(this.#session !== undefined && !isModern ? { "mcp-session-id": this.#session } : {}),
    };
  }
}

function failure({ code, message }: Refusal): Answer {
  return { failed: `${code}: ${message}` };
}
