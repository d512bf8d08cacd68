// Owns the sidecar as a program: its listeners, their start, drain and end. Knows no flags.

import type { Ledger } from "../core/contracts/ledger.ts";
import { type Refusal, refuse } from "../core/contracts/refusal.ts";
import type { Picked } from "../core/motion/picked.ts";
import type { DataServer } from "../core/motion/server.ts";
import { Tunnels } from "../core/motion/tunnels.ts";
import type { ReloadResult } from "../core/policy/watch.ts";
import { Host } from "../core/program/host.ts";
import { announceDrain, makeServer } from "../core/program/listeners.ts";
import { SettingsError } from "../core/program/settings.ts";
import type { LogStream } from "../core/telemetry/log.ts";
import { makeAgentSigner } from "../core/tokens/agent-signer.ts";
import { makeVerifier, type Verifier } from "../core/tokens/verifier.ts";
import type { Peers } from "./agents.ts";
import { OpenTasks } from "./attribution.ts";
import { openAuthority } from "./authority-files-adapter.ts";
import { type CompiledSidecar, compileSidecar } from "./compile.ts";
import { McpLines } from "./mcp-lines.ts";
import type { PeerSettings, SidecarSettings } from "./settings.ts";
import { untilGone } from "./until-gone.ts";

export interface RunningSidecar {
  readonly egressPort: number;
  /** Undefined where nothing stands in front of the agent. */
  readonly inboundPort: number | undefined;
  readonly statusPort: number;
  readonly ledger: Ledger;
  reload(): Promise<ReloadResult>;
  /** The inbound finishes first; the egress stays open for what the agent still has to say. */
  drain(): Promise<void>;
  /** At once. */
  close(): Promise<void>;
}

/** Throws PolicyError and SettingsError, each for what its reader has to mend. */
export async function startSidecar(
  settings: SidecarSettings,
  logStream?: LogStream,
): Promise<RunningSidecar> {
  const tasks = new OpenTasks();
  const lines = new McpLines();
  const verifier = settings.inbound === undefined ? undefined : openVerifier(settings.inbound.tokenKeysPem);
  const tunnels = await openTunnels(settings);
  const peers = settings.peers && openPeers(settings.peers);
  const host = await Host.open<CompiledSidecar>({
    program: "sidecar",
    settings: settings.program,
    compile: (policy, equipment) =>
      compileSidecar(policy, equipment, { settings, tasks, verifier, lines, tunnels, peers }),
    logStream,
  });
  const egress = makeServer(host, {
    listen: settings.listen,
    pick: (request) => host.compiled.proxy.pick(request) ?? host.compiled.egress.pick(request),
    carryTunnel: (request) => tunnels.carry(request),
    refusedRoute: (refusal) => host.compiled.egress.refusedRoute(refusal),
  });
  const inbound = settings.inbound && inboundServer(host, settings.inbound.listen);
  const egressPort = await egress.listen();
  const inboundPort = await inbound?.listen();
  const inboundPorts = inboundPort === undefined ? {} : { inbound: inboundPort };
  const statusPort = await host.startStatus({ egress: egressPort, ...inboundPorts });
  const servers = inbound === undefined ? [egress] : [inbound, egress];
  return {
    egressPort,
    inboundPort,
    statusPort,
    ledger: host.equipment.ledger,
    reload: () => host.reload(),
    drain: async () => {
      const { graceMs } = settings.program;
      const deadlineMs = performance.now() + settings.program.drainDelayMs + graceMs;
      await announceDrain(host);
      await inbound?.finish(graceMs);
      if (settings.inbound !== undefined) await untilGone(settings.inbound.app, deadlineMs);
      await egress.finish(Math.max(0, deadlineMs - performance.now()));
      await lines.close();
      await host.close();
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
      await lines.close();
      await host.close();
    },
  };
}

/** What the application is to trust is written before anything listens. */
async function openTunnels({ authority, program: { resolve } }: SidecarSettings): Promise<Tunnels> {
  const pod = authority === undefined ? undefined : await openAuthority(authority);
  const contextFor = pod?.contextFor ?? (() => Promise.reject(new TypeError("there is no authority")));
  return new Tunnels({ resolve, contextFor });
}

function inboundServer(host: Host<CompiledSidecar>, listen: SidecarSettings["listen"]): DataServer {
  return makeServer(host, {
    listen,
    pick: (request): Picked | Refusal => {
      const url = request.url ?? "";
      const route = host.compiled.inbound;
      if (route === undefined || !url.startsWith("/")) return refuse("method_refused");
      const queryAt = url.indexOf("?");
      const path = queryAt < 0 ? url : url.slice(0, queryAt);
      const query = queryAt < 0 ? "" : url.slice(queryAt);
      return {
        kind: "picked",
        route,
        head: { method: request.method ?? "", path, query, headers: request.headers },
      };
    },
    refusedRoute: (refusal) => host.compiled.egress.refusedRoute(refusal),
  });
}

function openPeers({ gateway, agentKeyPem }: PeerSettings): Peers {
  const signer = makeAgentSigner(agentKeyPem);
  if (signer.kind === "problem") throw new SettingsError(`--agent-key: ${signer.problem}`);
  return { gateway, signer };
}

function openVerifier(pems: readonly string[]): Verifier {
  const verifier = makeVerifier(pems);
  if (verifier.kind === "problem") throw new SettingsError(`--token-keys: ${verifier.problem}`);
  return verifier;
}
