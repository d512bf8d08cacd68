// Owns the ways to MCP servers: connections, streams, processes, and what was heard of their tools. They
// outlive a reload; know no route.

import type { AnswerHead } from "../core/contracts/dialect.ts";
import type { Timeouts } from "../core/contracts/exchange.ts";
import type { McpServerSpec } from "../core/contracts/mcp-spec.ts";
import { isModernVersion } from "../core/dialects/mcp/versions.ts";
import { Catalogue } from "../core/filters/mcp/catalogue.ts";
import { authorized } from "../core/motion/authorized.ts";
import { openCredential } from "../core/motion/credential.ts";
import type { Resolve } from "../core/motion/dial.ts";
import type { FindTransport } from "../core/motion/forward.ts";
import { type ChildEnd, childPeer } from "../core/motion/peers/child-process-adapter.ts";
import { PeerFront } from "../core/motion/peers/front.ts";
import type { OpenPeer } from "../core/motion/peers/peer.ts";
import { ssePeer } from "../core/motion/peers/sse-peer.ts";
import type { Sink, Source } from "../core/motion/source.ts";
import { openToolCredential } from "../core/motion/tool-credential.ts";
import { type Sending, Transport } from "../core/motion/transport.ts";
import { pathOf } from "../core/policy/mcp-target.ts";
import { mediaType } from "../core/text/media.ts";

type Carrier = ReturnType<FindTransport>;

export interface McpLine {
  /** Requests that come to an end. */
  readonly calls: Carrier;
  /** Streams that stay open as long as their clients like. */
  readonly streams: Carrier;
  readonly catalogue: Catalogue;
  readonly prompts: Catalogue;
}

interface OpenLine extends McpLine {
  close(): Promise<unknown>;
}

export interface LineMeans {
  readonly environment: NodeJS.ProcessEnv;
  /** Of servers' names; the system's where absent. */
  readonly resolve?: Resolve | undefined;
  onProcessEnd(server: string, end: ChildEnd): void;
}

const connectionsMax = 256;
const dayMs = 24 * 3_600_000;
const sessionIdleMs = 30 * 60_000;
/** Exchanges of the old policy may still be under way. */
const retireAfterMs = 60_000;
/** What any program needs to run, and no secret. */
const ordinary = ["PATH", "HOME", "USER", "SHELL", "LANG", "LC_ALL", "TERM", "TMPDIR", "TZ"] as const;

export class McpLines {
  readonly #lines = new Map<string, OpenLine>();

  open(server: McpServerSpec, means: LineMeans): McpLine {
    const key = keyOf(server);
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const line = makeLine(server, means);
    this.#lines.set(key, line);
    return line;
  }

  /** After a reload: what no server of the policy uses any more ends. */
  keep(servers: readonly McpServerSpec[]): void {
    const wanted = new Set(servers.map(keyOf));
    for (const [key, line] of this.#lines) {
      if (wanted.has(key)) continue;
      this.#lines.delete(key);
      setTimeout(() => void line.close(), retireAfterMs).unref();
    }
  }

  /** Resolves when all processes have ended. */
  async close(): Promise<void> {
    const lines = [...this.#lines.values()];
    this.#lines.clear();
    await Promise.all(lines.map((line) => line.close()));
  }
}

function keyOf({
  name,
  upstream,
  credential,
  timeouts,
  messageBytesMax,
  processesMax,
}: McpServerSpec): string {
  const how = upstream.kind === "http" ? upstream : { ...upstream, environment: [...upstream.environment] };
  return JSON.stringify([name, how, credential, timeouts, messageBytesMax, processesMax]);
}

/** A stream that is silent is not lost. */
export function streamTimeouts(timeouts: Timeouts): Timeouts {
  return { ...timeouts, idleMs: dayMs, totalMs: dayMs };
}

function makeLine(server: McpServerSpec, means: LineMeans): OpenLine {
  const { upstream, timeouts, credential } = server;
  const catalogue = new Catalogue("tools");
  const prompts = new Catalogue("prompts");
  const authorization = credential && openToolCredential(credential, means.environment);
  if (upstream.kind === "stdio") {
    const front = makeFront(server, childOf(server, means));
    return { calls: front, streams: front, catalogue, prompts, close: () => front.close() };
  }
  const { origin } = upstream.endpoint;
  const dial = { resolve: means.resolve, reach: undefined };
  const opened = new Transport({ origin, timeouts: streamTimeouts(timeouts), connectionsMax, dial });
  const streams = authorized(opened, authorization);
  if (upstream.transport === "sse") {
    const front = makeFront(server, sseOf(server, streams));
    const close = (): Promise<unknown> => Promise.all([front.close(), opened.destroy()]);
    return { calls: front, streams: front, catalogue, prompts, close };
  }
  const calls = new Transport({ origin, timeouts, connectionsMax, dial });
  const close = (): Promise<unknown> => Promise.all([calls.destroy(), opened.destroy()]);
  const ofCalls = authorized(calls, authorization);
  return {
    calls: ofCalls,
    streams: { send: (outgoing) => announced(streams.send(outgoing)) },
    catalogue,
    prompts,
    close,
  };
}

function makeFront({ processesMax, timeouts }: McpServerSpec, open: OpenPeer): PeerFront {
  return new PeerFront({
    open,
    peersMax: processesMax,
    firstMessageMs: timeouts.firstByteMs,
    sessionIdleMs,
    isModern: (headers) => isModernVersion(headers["mcp-protocol-version"]),
  });
}

function childOf({ name, upstream, messageBytesMax }: McpServerSpec, means: LineMeans): OpenPeer {
  if (upstream.kind !== "stdio") throw new TypeError("only programs are started");
  const { environment: all } = means;
  const own = [...upstream.environment].map(([variable, source]) => {
    return [variable, openCredential(source, all)] as const;
  });
  return (events) => {
    const inherited = ordinary.map((variable) => [variable, all[variable]] as const);
    const named = own.map(([variable, secret]) => [variable, secret.read()] as const);
    const entries = [...inherited, ...named].filter(([, value]) => value !== undefined);
    return childPeer({
      command: upstream.command,
      environment: Object.fromEntries(entries) as Record<string, string>,
      lineBytesMax: messageBytesMax,
      onEnd: (end) => means.onProcessEnd(name, end),
    })(events);
  };
}

function sseOf(server: McpServerSpec, carrier: Carrier): OpenPeer {
  if (server.upstream.kind !== "http") throw new TypeError("only servers with a URL have streams");
  const { origin } = server.upstream.endpoint;
  return ssePeer({
    origin,
    path: pathOf(server),
    eventBytesMax: server.messageBytesMax,
    carrier,
  });
}

/**
 * A stream that is open and has nothing to say has a head to be seen: a client's waits for the first bytes,
 * so a comment goes before them.
 */
function announced(sending: Sending): Sending {
  const replied = sending.replied.then((reply) => {
    if (reply.kind === "refusal" || !isStream(reply.head)) return reply;
    const { source } = reply;
    const attach = (sink: Sink): void => {
      sink.data(Buffer.from(": open\n\n"));
      source.attach(sink);
    };
    return { ...reply, source: { ...bound(source), attach } };
  });
  return {
    replied,
    get hasStarted() {
      return sending.hasStarted;
    },
    abort: () => sending.abort(),
  };
}

function isStream({ status, headers }: AnswerHead): boolean {
  return status === 200 && mediaType(headers) === "text/event-stream";
}

function bound(source: Source): Omit<Source, "attach"> {
  return {
    pause: () => source.pause(),
    resume: () => source.resume(),
    abort: () => source.abort(),
  };
}
