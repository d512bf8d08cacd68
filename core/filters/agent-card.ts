// Owns the card by which an agent is found (A2A): its addresses become those at which it is reached through
// us. Knows no token and no policy.

import type { AnswerHead } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Frame, Frames } from "../contracts/frame.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { isObject, readJson } from "../text/json.ts";

const paths: ReadonlySet<string> = new Set([
  "/.well-known/agent-card.json",
  "/.well-known/agent.json",
  "/extendedAgentCard",
  "/v1/card",
]);

const cardBytesMax = 1_048_576;

/** `root`: the path at which this agent stands here, such as `/agents/search`. */
export function agentCardFilter(rootOf: (exchange: Exchange) => string): Filter {
  return {
    name: "agent-card",
    wantsCall: false,
    open: (exchange) => {
      const { method, path, headers } = exchange.head;
      const { host } = headers;
      if (method !== "GET" || !paths.has(path) || typeof host !== "string") return undefined;
      // Whoever lies about it misleads itself.
      const scheme = headers["x-forwarded-proto"] === "https" ? "https" : "http";
      const held: Frame[] = [];
      let size = 0;
      let isCard = false;
      const frame = (one: Frame): Frames | Refusal => {
        if (!isCard) return one;
        held.push(one);
        size += one.bytes.length;
        return size > cardBytesMax ? refuse("upstream_too_large") : [];
      };
      const flush = (): Frames => {
        if (held.length === 0) return [];
        const bytes = Buffer.concat(held.map((one) => one.bytes));
        return { kind: "frame", bytes: rewrite(bytes, `${scheme}://${host}${rootOf(exchange)}`), deltas: [] };
      };
      const head = (answer: AnswerHead): undefined => {
        isCard = answer.status === 200 && /json/.test(String(answer.headers["content-type"] ?? ""));
        // What one address was told is not another's.
        if (isCard) answer.headers.vary = "host";
      };
      return { kind: "visit", mayEdit: true, head, frame, flush };
    },
  };
}

/** What is no card stays as it came. A signature would no longer hold: none is better than a wrong one. */
function rewrite(bytes: Buffer, root: string): Buffer {
  const reading = readJson(bytes);
  if (reading.kind === "problem" || !isObject(reading.value)) return bytes;
  const { signatures: _, ...card } = reading.value;
  return Buffer.from(JSON.stringify({ ...card, ...addresses(card, root) }));
}

/** 0.3 names one address and others beside it, 1.0 a list. */
function addresses(card: JsonObject, root: string): JsonObject {
  const rewritten: JsonObject = {};
  if (typeof card.url === "string") rewritten.url = at(card.url, root);
  for (const name of ["additionalInterfaces", "supportedInterfaces"]) {
    const list = card[name];
    if (Array.isArray(list)) rewritten[name] = list.filter(isCarried).map((one) => moved(one, root));
  }
  return rewritten;
}

/** What does not pass here (gRPC, WebSocket bindings) would lead around us. */
function isCarried(one: JsonValue): boolean {
  if (!isObject(one) || typeof one.url !== "string") return false;
  const binding = one.protocolBinding ?? one.transport;
  return (
    /^https?:/i.test(one.url) && (binding === undefined || binding === "JSONRPC" || binding === "HTTP+JSON")
  );
}

function moved(one: JsonValue, root: string): JsonValue {
  return isObject(one) ? { ...one, url: at(String(one.url), root) } : one;
}

/** An address that came through another of us names its agent in the path already. */
function at(url: string, root: string): string {
  const path = URL.parse(url)?.pathname ?? "/";
  const below = path.replace(/^[/]agents[/][a-z0-9.-]+(?=[/]|$)/, "");
  return below === "/" ? root : root + below;
}
