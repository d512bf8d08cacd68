// Owns the settings both programs share, checked: addresses, store, proxies, times. Reads neither flags nor
// files.

import { type AddressRange, parseRange } from "../motion/address.ts";
import type { Resolve } from "../motion/dial.ts";

export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface ProgramSettings {
  readonly policyDirs: readonly string[];
  readonly status: ListenAddress;
  /** `memory` or `redis://…`. */
  readonly store: string;
  readonly storePassword: string | undefined;
  /** How long the ledger is kept; undefined: 7. Today is one more. */
  readonly ledgerDays?: number | undefined;
  readonly trustedProxies: readonly AddressRange[];
  readonly inFlightMax: number;
  /** After SIGTERM: not ready, but still accepting, while endpoints learn of it. */
  readonly drainDelayMs: number;
  /** How long what is in flight may then take. */
  readonly graceMs: number;
  readonly environment: NodeJS.ProcessEnv;
  /** Names of upstreams into addresses; undefined: as the system does. */
  readonly resolve?: Resolve | undefined;
}

/** What is wrong with a setting, for the one line of exit 2. */
export class SettingsError extends Error {}

/** `127.0.0.1:8080`, `[::1]:8080`. */
export function parseListen(name: string, text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port <= 65_535)) {
    throw new SettingsError(`${name}: "${text}" is not host:port (for instance 127.0.0.1:8080)`);
  }
  return { host, port };
}

/** `10.0.0.0/8,192.168.1.1`. */
export function parseRanges(name: string, text: string): readonly AddressRange[] {
  const parts = text.split(",").map((part) => part.trim());
  return parts.filter(Boolean).map((part) => {
    const range = parseRange(part);
    if (range === undefined)
      throw new SettingsError(`${name}: "${part}" is neither an address nor a CIDR range`);
    return range;
  });
}

/** `500ms`, `5s`, `10m`. */
export function parseDuration(name: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const factor = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ""];
  if (match === null || factor === undefined) {
    throw new SettingsError(`${name}: "${text}" is not a duration (for instance 250ms, 30s, 10m)`);
  }
  return Math.round(Number(match[1]) * factor);
}
