// Owns the making of a tool's Target: its endpoint, its bounds, its headers, its credential. Makes no request
// itself.

import type { Exchange, Outbound, OutgoingHeaders, Target } from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import type { ToolService } from "../contracts/policy.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { openToolCredential, type ShownCredential } from "../motion/tool-credential.ts";

const connectMsMax = 5_000;
const connectionsMax = 64;

export interface ToolTarget extends Target {
  /** The tool answered that it does not take the credential this exchange has shown. */
  refused(exchange: Exchange): void;
}

export interface ToolTargetOptions {
  readonly name: string;
  readonly service: Pick<ToolService, "endpoint" | "credential" | "timeoutMs">;
  readonly environment: NodeJS.ProcessEnv;
}

export function toolTarget({ name, service, environment }: ToolTargetOptions): ToolTarget {
  const { endpoint, credential, timeoutMs } = service;
  const authorization = credential && openToolCredential(credential, environment);
  // A key stays what it is; a token that was not accepted is not shown again.
  const shownBy = new WeakMap<Exchange, ShownCredential>();
  const withCredential = (exchange: Exchange, shown: ShownCredential | undefined) => {
    if (shown === undefined) return refuse("credential_unavailable", unavailable);
    if (credential?.kind === "oauth2") shownBy.set(exchange, shown);
    const headers = { ...headersFor(exchange), [shown.header]: shown.value };
    return { kind: "headers", headers } as const;
  };
  return {
    name,
    origin: endpoint.origin,
    model: undefined,
    timeouts: {
      connectMs: Math.min(timeoutMs, connectMsMax),
      firstByteMs: timeoutMs,
      idleMs: timeoutMs,
      totalMs: timeoutMs,
    },
    connectionsMax,
    write: ({ call, head, route: { dialect } }): Outbound | Refusal => {
      if (call === undefined) throw new TypeError("the arguments of a call have to be read");
      const { body } = dialect.writeCall(call, head, undefined);
      return { kind: "outbound", dialect, path: endpoint.path, body };
    },
    headers: (exchange): Async<OutgoingHeaders | Refusal> => {
      if (authorization === undefined) return { kind: "headers", headers: headersFor(exchange) };
      const shown = authorization.read();
      return shown instanceof Promise
        ? shown.then((late) => withCredential(exchange, late))
        : withCredential(exchange, shown);
    },
    refused: (exchange) => {
      const shown = shownBy.get(exchange);
      if (shown !== undefined) authorization?.refused(shown);
    },
  };
}

const unavailable = { message: "The tool's credential cannot be had right now. Try again later." };

/** All that a tool hears of an agent: who, which request, and the key that tells a repetition. */
function headersFor({ head, id, route }: Exchange): OutgoingHeaders["headers"] {
  const headers: OutgoingHeaders["headers"] = {
    accept: "application/json, text/plain;q=0.5",
    "accept-encoding": "identity",
    "content-type": "application/json",
    "user-agent": "sluice",
    "x-agent-id": route.agent,
    "x-request-id": id,
  };
  const key = head.headers["idempotency-key"];
  if (typeof key === "string") headers["idempotency-key"] = key;
  return headers;
}
