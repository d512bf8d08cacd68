// Owns the making of Targets: providers with their credential, agents with their context. Makes no request
// itself.

import type { Api, Call, Dialect } from "../contracts/dialect.ts";
import type { Exchange, Outbound, OutgoingHeaders, Target, Terms, Timeouts } from "../contracts/exchange.ts";
import type { Endpoint, ProviderSpec } from "../contracts/policy.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { openAuthorization } from "../motion/authorization.ts";
import { headersForAgent, headersForProvider } from "../motion/outgoing.ts";
import { bringProofs } from "../motion/proofs.ts";
import { readBaggage } from "../telemetry/baggage.ts";
import { splice } from "../text/splice.ts";

/** HARDENING §1: connect 5 s; an agent's whole call 300 s (COMPATIBILITY: agent call). */
export const agentTimeouts: Timeouts = {
  connectMs: 5_000,
  firstByteMs: 300_000,
  idleMs: 300_000,
  totalMs: 600_000,
};

const providerConnectionsMax = 256;
const agentConnectionsMax = 256;

export interface ProviderTargetOptions {
  readonly provider: ProviderSpec;
  /** The vendor's own name of the model; undefined where calls name none (`stored`, `metered`). */
  readonly model: string | undefined;
  readonly api: Api;
  readonly environment: NodeJS.ProcessEnv;
}

/** On its own API the path stays as the SDK wrote it; the credential is the policy's, never the agent's. */
export function providerTarget({ provider, model, api, environment }: ProviderTargetOptions): Target {
  const { baseUrl, credential, name, streamUsage, timeouts } = provider;
  const authorize = openAuthorization({ credential, api, environment });
  const form = model === undefined ? undefined : provider.models.get(model)?.speaks;
  const spoken = form && api.chatForms?.[form];
  return {
    name,
    origin: baseUrl.origin,
    model,
    timeouts,
    connectionsMax: providerConnectionsMax,
    write: (exchange, terms) =>
      writeFor(exchange, { api, spoken, model, basePath: baseUrl.basePath, streamUsage, terms }),
    headers: (exchange, { dialect, path, body }) => {
      const isTranslated = dialect !== exchange.route.dialect;
      const headers = headersForProvider(exchange, api.headers);
      const authorized = authorize({
        method: exchange.head.method,
        origin: baseUrl.origin,
        path,
        headers: isTranslated ? asTranslated(headers) : headers,
        body,
      });
      return authorized instanceof Promise ? authorized.then(outgoing) : outgoing(authorized);
    },
  };
}

/** The body is ours then, and so is the choice of the answer's format. */
function asTranslated({ accept: _, ...headers }: OutgoingHeaders["headers"]): OutgoingHeaders["headers"] {
  return { ...headers, "content-type": "application/json" };
}

interface Addressee {
  readonly api: Api;
  /** The only dialect in which the model is chatted with; undefined: any of its API's. */
  readonly spoken: Dialect | undefined;
  readonly model: string | undefined;
  readonly basePath: string;
  readonly streamUsage: ProviderSpec["streamUsage"];
  readonly terms: Terms | undefined;
}

/** As it came where the API is the client's own or speaks its dialect, translated else. */
function writeFor(
  { call: read, head, route }: Exchange,
  { api, spoken, model, basePath, streamUsage, terms }: Addressee,
): Outbound | Refusal {
  const { dialect } = route;
  const { elsewhere = dialect } = dialect;
  const isSpoken = spoken === undefined || spoken === elsewhere || elsewhere.translation === undefined;
  const asks = streamUsage === "ask";
  const written = route.api === api ? dialect : elsewhere;
  const call = read && terms ? holdTo(terms, read, { dialect: written, model }) : read;
  if (call?.kind === "refusal") return call;
  const place = (path: string) => basePath + (api.below?.(basePath, path) ?? path);
  if (route.api === api && isSpoken) {
    if (call === undefined) return outbound(dialect, place(head.path + head.query), undefined);
    const { path, body } = dialect.writeCall(asks ? askForUsage(call, dialect) : call, head, model);
    return outbound(dialect, place(path), body);
  }
  if (call === undefined || model === undefined) return refuse("call_uncarried");
  const about = { model, isStream: call.isStream };
  const sameElsewhere = isSpoken ? api.endpoint(elsewhere, about) : undefined;
  if (sameElsewhere !== undefined) {
    const asked = asks ? askForUsage(call, elsewhere) : call;
    return outbound(dialect, place(sameElsewhere), elsewhere.writeCall(asked, head, model).body);
  }
  const to = spoken ?? api.dialect;
  const body = translateCall(call, { from: elsewhere, to, model });
  if ("kind" in body) return body;
  const path = api.endpoint(to, about);
  if (path === undefined) throw new TypeError(`${to.name} is not spoken by its own API`);
  return outbound(to, place(path), asks ? askInBody(body, call, to) : body);
}

interface Written {
  readonly dialect: Dialect;
  readonly model: string | undefined;
}

/** A call that cannot be held to what was reserved for it is not sent. */
function holdTo({ outputTokensMax, hint }: Terms, call: Call, { dialect, model }: Written): Call | Refusal {
  const capped = outputTokensMax === undefined ? [] : dialect.capOutput?.(call, outputTokensMax, model);
  if (capped === undefined) return refuse("call_uncarried");
  if ("kind" in capped) return capped;
  const hinted = hint === undefined ? [] : (dialect.hint?.(call, hint) ?? []);
  return { ...call, edits: new Map([...call.edits, ...capped, ...hinted]) };
}

/** Else a stream's usage would have to be counted here. */
function askForUsage(call: Call, { streamUsage }: Dialect): Call {
  const edit = streamUsage?.ask(call);
  return edit === undefined ? call : { ...call, edits: new Map([...call.edits, edit]) };
}

/** The same of a body that was written here and asks for nothing yet. */
function askInBody(body: Buffer, { isStream }: Call, { streamUsage }: Dialect): Buffer {
  const edit = streamUsage?.ask({ isStream, value: {} });
  return edit === undefined ? body : splice(body, new Map([edit]));
}

interface CallTranslation {
  readonly from: Dialect;
  readonly to: Dialect;
  readonly model: string;
}

function translateCall(call: Call, { from, to, model }: CallTranslation): Buffer | Refusal {
  if (call.operation !== "chat" || from.translation === undefined || to.translation === undefined) {
    return refuse("call_uncarried");
  }
  const provers = [from.translation.prover(undefined), to.translation.prover(model)] as const;
  const conversation = bringProofs(from.translation.read(call), ...provers);
  const [extra] = conversation.extras;
  const body = extra ?? to.translation.write(conversation, model);
  if (Buffer.isBuffer(body)) return body;
  const field = typeof body === "string" ? body : body.field;
  return refuse("call_uncarried", {
    message: `No upstream of this model can be asked for \`${field}\`: leave it out or use another model.`,
  });
}

function outbound(dialect: Dialect, path: string, body: Buffer | undefined): Outbound {
  return { kind: "outbound", dialect, path, body };
}

export interface AgentTargetOptions {
  readonly agent: string;
  readonly endpoint: Endpoint;
  /** Whether the sender's `baggage` goes on. */
  readonly believesBaggage: (exchange: Exchange) => boolean;
}

/** An agent's own API, at the gateway or behind the sidecar's inbound listener. */
export function agentTarget({ agent, endpoint, believesBaggage }: AgentTargetOptions): Target {
  return {
    name: agent,
    origin: endpoint.origin,
    model: undefined,
    timeouts: agentTimeouts,
    connectionsMax: agentConnectionsMax,
    write: ({ call, head, route: { dialect } }) => {
      const { path, body } =
        call === undefined
          ? { path: head.path + head.query, body: undefined }
          : dialect.writeCall(call, head, undefined);
      return outbound(dialect, endpoint.basePath + path, body);
    },
    headers: (exchange) => {
      const baggage = believesBaggage(exchange) ? readBaggage(exchange.head.headers.baggage) : undefined;
      return outgoing(headersForAgent(exchange, baggage));
    },
  };
}

/** `undefined`: the credential cannot be had. */
function outgoing(headers: OutgoingHeaders["headers"] | undefined): OutgoingHeaders | Refusal {
  return headers === undefined ? refuse("credential_unavailable") : { kind: "headers", headers };
}
