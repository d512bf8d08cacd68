// Owns asking an MCP server for its tools, or its prompts, on the way: as the client that is about to name
// one. Decides nothing.

import { randomUUID } from "node:crypto";
import type { Dialect, ReadBounds } from "../../contracts/dialect.ts";
import type { Exchange, Outbound, OutgoingHeaders, Target } from "../../contracts/exchange.ts";
import type { Frame } from "../../contracts/frame.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { FindTransport } from "../../motion/forward.ts";
import type { Reply } from "../../motion/source.ts";
import { isObject } from "../../text/json.ts";
import type { Catalogue } from "./catalogue.ts";

export interface AskMeans {
  readonly target: Target;
  readonly carrier: ReturnType<FindTransport>;
  readonly dialect: Dialect;
  readonly bounds: ReadBounds;
  readonly catalogue: Catalogue;
}

const pagesMax = 100;
const answerMsMax = 30_000;
/** Of a client's own word on itself and what it can do: all but what is about its call. */
const ofCall = new Set(["progressToken"]);

/** Those of one session wait for the same answer. */
export function askTools(means: AskMeans): (exchange: Exchange) => Promise<Refusal | undefined> {
  const underWay = new Map<string, Promise<Refusal | undefined>>();
  return (exchange) => {
    const session = String(exchange.head.headers["mcp-session-id"] ?? "");
    const known = underWay.get(session);
    if (known !== undefined) return known;
    const asking = askAll(exchange, means).finally(() => underWay.delete(session));
    underWay.set(session, asking);
    return asking;
  };
}

async function askAll(exchange: Exchange, means: AskMeans): Promise<Refusal | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const result = await askPage(exchange, means, cursor);
    if ("kind" in result && result.kind === "refusal") return result as Refusal;
    const { [means.catalogue.kind]: listed, nextCursor } = result as JsonObject;
    if (Array.isArray(listed)) means.catalogue.see(listed, performance.now());
    if (typeof nextCursor !== "string" || nextCursor === cursor) return undefined;
    cursor = nextCursor;
  }
  return undefined;
}

async function askPage(
  exchange: Exchange,
  means: AskMeans,
  cursor: string | undefined,
): Promise<JsonObject | Refusal> {
  const id = `sluice-${randomUUID()}`;
  const params = { ...(cursor === undefined ? {} : { cursor }), ...metaOf(exchange) };
  const method = `${means.catalogue.kind}/list`;
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  const { target, carrier, dialect } = means;
  const written = target.write(exchange);
  if (written.kind === "refusal") return written;
  const outbound: Outbound = { kind: "outbound", dialect, path: written.path, body };
  const built = await target.headers(exchange, outbound);
  if (built.kind === "refusal") return built;
  const headers = headersFor(built.headers, { body, method });
  const sending = carrier.send({ method: "POST", path: outbound.path, headers, body });
  const late = setTimeout(() => sending.abort(), answerMsMax);
  const reply = await sending.replied;
  const answer = reply.kind === "refusal" ? reply : await readAnswer(reply, id, means);
  clearTimeout(late);
  sending.abort();
  return answer;
}

/** A client says who it is in each of its requests where there are no sessions. */
function metaOf({ call }: Exchange): { readonly _meta?: JsonObject } {
  const [message] = call?.messages ?? [];
  const params = message?.value.params;
  const meta = isObject(params) ? params._meta : undefined;
  if (!isObject(meta)) return {};
  return { _meta: Object.fromEntries(Object.entries(meta).filter(([name]) => !ofCall.has(name))) };
}

function headersFor(
  headers: OutgoingHeaders["headers"],
  { body, method }: { readonly body: Buffer; readonly method: string },
): OutgoingHeaders["headers"] {
  const kept = Object.entries(headers).filter(([name]) => !/^mcp-(name$|param-)/.test(name));
  const made: OutgoingHeaders["headers"] = Object.fromEntries(kept);
  if (made["mcp-method"] !== undefined) made["mcp-method"] = method;
  return { ...made, "content-type": "application/json", "content-length": String(body.length) };
}

function readAnswer({ head, source }: Reply, id: string, means: AskMeans): Promise<JsonObject | Refusal> {
  return new Promise((resolve) => {
    if (head.status !== 200) {
      source.abort();
      resolve(
        refuse("upstream_failed", {
          message: `The server does not say which ${means.catalogue.kind} it has.`,
        }),
      );
      return;
    }
    const reader = means.dialect.reader(head, means.bounds);
    const take = (frames: readonly Frame[] | Refusal): void => {
      if ("kind" in frames) resolve(frames);
      else for (const frame of frames) hear(frame, id, resolve);
    };
    source.attach({
      data: (chunk) => take(reader.push(chunk)),
      end: () => {
        take(reader.end());
        resolve(refuse("upstream_truncated"));
      },
      lost: resolve,
    });
  });
}

function hear({ messages = [] }: Frame, id: string, resolve: (said: JsonObject | Refusal) => void): void {
  for (const message of messages) {
    if (message.id !== id) continue;
    const result: JsonValue | undefined = message.value.result;
    resolve(isObject(result) ? result : refuse("upstream_failed", { message: "The server lists nothing." }));
  }
}
