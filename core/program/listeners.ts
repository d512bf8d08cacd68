// Owns what every data listener of a program has in common, and how a set of them drains. Knows no route.

import { DataServer, type ServerOptions } from "../motion/server.ts";
import type { Compiled, Host } from "./host.ts";

/** HARDENING §1: slow headers, slow bodies, readers that do not read. */
const timeouts = { headersMs: 10_000, requestMs: 30_000, stallMs: 60_000 };

export type ListenerOptions = Pick<ServerOptions, "listen" | "pick" | "refusedRoute"> &
  Partial<Pick<ServerOptions, "carryUpgrade" | "carryTunnel">>;

export function makeServer<C extends Compiled>(host: Host<C>, options: ListenerOptions): DataServer {
  const { log, metrics, settings } = host.equipment;
  return new DataServer({
    ...options,
    motion: host.motion,
    timeouts,
    inFlightMax: settings.inFlightMax,
    trustedProxies: settings.trustedProxies,
    onBug: (bug) => log.bugFound(bug, undefined),
    onUnparsed: (refusal) => {
      metrics.refused(refusal.code);
      log.turnedAway(refusal);
    },
  });
}

/** SIGTERM's first step: not ready, but still accepting while endpoints learn of it. */
export async function announceDrain<C extends Compiled>(host: Host<C>): Promise<void> {
  const { settings, log } = host.equipment;
  host.stopBeingReady("draining");
  log.programDraining();
  await new Promise<void>((resolve) => setTimeout(resolve, settings.drainDelayMs));
}
