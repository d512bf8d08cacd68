// Owns the flags both programs share and their environment twins: a flag beats SLUICE_…, which beats the
// field's name.

import { readFileSync } from "node:fs";
import { Option } from "commander";
import {
  type ProgramSettings,
  parseDuration,
  parseListen,
  parseRanges,
  SettingsError,
} from "../core/program/settings.ts";

/** What commander hands over; every value is text. */
export interface ProgramFlags {
  readonly policies: readonly string[];
  readonly status: string;
  readonly store: string;
  readonly ledgerDays: string;
  readonly trustedProxies: string;
  readonly inFlightMax: string;
  readonly drainDelay: string;
  readonly grace: string;
}

const ledgerDaysMax = 366;

/** `DIR…` in the environment is a colon-separated list. */
export function programOptions(statusDefault: string): readonly Option[] {
  return [
    new Option("--policies <dir...>", "directories of policy files; later ones overlay earlier ones")
      .env("SLUICE_POLICIES")
      .makeOptionMandatory(),
    new Option("--status <address>", "health, readiness, metrics and policy")
      .env("SLUICE_STATUS")
      .default(statusDefault),
    new Option("--store <url>", "shared counters: memory or redis://host:port")
      .env("SLUICE_STORE")
      .default(process.env.REDIS_URL || "memory", "REDIS_URL, else memory"),
    new Option("--ledger-days <count>", "how long the store keeps what was spent (sluice costs)")
      .env("SLUICE_LEDGER_DAYS")
      .default("7"),
    new Option("--trusted-proxies <ranges>", "addresses whose x-forwarded-for is believed, comma-separated")
      .env("SLUICE_TRUSTED_PROXIES")
      .default("", "nobody's"),
    new Option("--in-flight-max <count>", "exchanges at once; more are refused with 503")
      .env("SLUICE_IN_FLIGHT_MAX")
      .default("10000"),
    new Option("--drain-delay <duration>", "after SIGTERM: not ready, but still accepting")
      .env("SLUICE_DRAIN_DELAY")
      .default("5s"),
    new Option(
      "--grace <duration>",
      "what is in flight may take this long, then it is ended with an error event",
    )
      .env("SLUICE_GRACE")
      .default("20s"),
  ];
}

export function programSettings(flags: ProgramFlags, environment: NodeJS.ProcessEnv): ProgramSettings {
  return {
    policyDirs: flags.policies.flatMap((dirs) => dirs.split(":")).filter(Boolean),
    status: parseListen("--status", flags.status),
    store: flags.store,
    storePassword: environment.SLUICE_REDIS_PASSWORD || environment.REDIS_PASSWORD,
    ledgerDays: parseDays("--ledger-days", flags.ledgerDays),
    trustedProxies: parseRanges("--trusted-proxies", flags.trustedProxies),
    inFlightMax: parseCount("--in-flight-max", flags.inFlightMax),
    drainDelayMs: parseDuration("--drain-delay", flags.drainDelay),
    graceMs: parseDuration("--grace", flags.grace),
    environment,
  };
}

export function parseCount(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new SettingsError(`${name}: "${text}" is not a count from 1 to 9999999`);
  return Number(text);
}

/** Whole days, at most a leap year and the day it ends on. */
export function parseDays(name: string, text: string): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > ledgerDaysMax) {
    throw new SettingsError(`${name}: "${text}" is not a count of days from 1 to ${ledgerDaysMax}`);
  }
  return days;
}

export function readKey(flag: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new SettingsError(`${flag}: ${path} cannot be read`);
  }
}
