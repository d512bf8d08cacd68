// Owns which calls of an MCP server's tools wait for a person: each of a batch, until it is decided or nobody
// waits for it any more. Knows no store by name and no webhook.

import type { ApprovalSpec, WaitForPerson } from "../contracts/approval.ts";
import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { Refusal } from "../contracts/refusal.ts";
import type { RpcId, RpcMessage } from "../contracts/rpc.ts";
import { toolIn } from "../dialects/mcp/methods.ts";
import { isObject } from "../text/json.ts";
import { below } from "../text/pointer.ts";
import { locate, splice } from "../text/splice.ts";
import { findTool } from "./mcp/find-tool.ts";
import type { McpRules } from "./mcp/rules.ts";

export interface McpApprovalOptions {
  readonly rules: McpRules;
  /** Undefined: nobody is asked. */
  readonly specFor: (tool: string) => ApprovalSpec | undefined;
  readonly waitFor: (spec: ApprovalSpec) => WaitForPerson;
}

/** Stands where the arguments are what will be sent. The call is held whoever asks, however often. */
export function mcpApprovalFilter(options: McpApprovalOptions): Filter {
  const held = new Held();
  return {
    name: "mcp-approval",
    wantsCall: true,
    open: (exchange) => ({ kind: "visit", call: (call) => ask(call, exchange, { ...options, held }) }),
  };
}

interface Asking extends McpApprovalOptions {
  readonly held: Held;
}

interface Waiting {
  readonly tool: string;
  readonly spec: ApprovalSpec;
  readonly message: RpcMessage;
}

function ask(call: Call, exchange: Exchange, asking: Asking): Async<Refusal | undefined> {
  const { messages = [] } = call;
  const session = String(exchange.head.headers["mcp-session-id"] ?? "");
  for (const message of messages) asking.held.hear(session, message);
  const waiting = messages.flatMap((message): readonly Waiting[] => {
    const tool = toolIn(message);
    const spec = tool === undefined ? undefined : asking.specFor(tool);
    return tool === undefined || spec === undefined ? [] : [{ tool, spec, message }];
  });
  return waiting.length === 0 ? undefined : hold(waiting, { call, exchange, session }, asking);
}

interface About {
  readonly call: Call;
  readonly exchange: Exchange;
  readonly session: string;
}

/** One no is a no to all of a batch: the others are withdrawn. */
async function hold(
  all: readonly Waiting[],
  { call, exchange, session }: About,
  asking: Asking,
): Promise<Refusal | undefined> {
  const { rules, held, waitFor } = asking;
  const body = call.edits.size === 0 ? call.body : splice(call.body, call.edits);
  let first: Refusal | undefined;
  const waits = all.map(async ({ tool, spec, message }) => {
    const entry = held.add(session, message.id);
    const refusal = await waitFor(spec)(exchange, {
      tool: `mcp/${rules.server.name}/${tool}`,
      version: versionOf(rules, tool),
      args: argumentsIn(body, message),
      isGone: () => exchange.cutBy !== undefined || first !== undefined || entry.isCancelled,
    });
    held.remove(entry);
    first ??= refusal;
  });
  await Promise.all(waits);
  return first ?? checkAgain(all, exchange, rules);
}

/** Minutes have passed: what was approved is a call of the tool as it was then. */
async function checkAgain(
  all: readonly Waiting[],
  exchange: Exchange,
  rules: McpRules,
): Promise<Refusal | undefined> {
  if (rules.server.lock === undefined) return undefined;
  for (const { tool } of all) {
    const found = await findTool(rules, exchange, tool);
    if (found !== undefined && "code" in found) return found;
  }
  return undefined;
}

/** Tools of MCP have no version: what tells one from another is the hash that locks have of it, too. */
function versionOf({ server, catalogue }: McpRules, tool: string): string {
  return server.lock?.tools.get(tool)?.hash ?? catalogue.find(tool)?.hash ?? "unknown";
}

/** Beside these a tool hears nothing in a call. */
const ordinary: ReadonlySet<string> = new Set(["name", "arguments", "_meta"]);

/** As they will be written; with whatever else is said to the tool, such as a person's answer to it. */
function argumentsIn(body: Buffer, { pointer, value }: RpcMessage): string {
  const params: JsonObject = isObject(value.params) ? value.params : {};
  const place = below(pointer, "params");
  const isMore = Object.keys(params).some((name) => !ordinary.has(name));
  const [span] = locate(body, [isMore ? place : below(place, "arguments")]);
  return span === undefined ? "{}" : body.subarray(span.start, span.end).toString();
}

interface HeldCall {
  readonly key: string;
  isCancelled: boolean;
}

/** Calls that wait, so that their client can take them back. */
class Held {
  readonly #calls = new Map<string, Set<HeldCall>>();

  add(session: string, id: RpcId | undefined): HeldCall {
    const entry = { key: JSON.stringify([session, id ?? null]), isCancelled: false };
    const known = this.#calls.get(entry.key) ?? new Set();
    this.#calls.set(entry.key, known.add(entry));
    return entry;
  }

  remove(entry: HeldCall): void {
    const known = this.#calls.get(entry.key);
    known?.delete(entry);
    if (known?.size === 0) this.#calls.delete(entry.key);
  }

  /** Without sessions two clients may have given the same id: then it is nobody's to take back. */
  hear(session: string, { method, value: { params } }: RpcMessage): void {
    if (method !== "notifications/cancelled" || !isObject(params)) return;
    const known = this.#calls.get(JSON.stringify([session, params.requestId ?? null]));
    if (known?.size === 1) for (const entry of known) entry.isCancelled = true;
  }
}
