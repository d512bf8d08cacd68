// Owns the command `sluice gateway`: its flags, help and signals. What it runs is gateway/'s business.

import { Command, Option } from "commander";
import { parseListen, SettingsError } from "../core/program/settings.ts";
import { startGateway } from "../gateway/main.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import { type ProgramFlags, programOptions, programSettings, readKey } from "./flags.ts";
import { runProgram } from "./run-program.ts";

const adminDefault = "127.0.0.1:9091";

interface GatewayFlags extends ProgramFlags {
  readonly listen: string;
  readonly tokenKey?: string;
  readonly tokenKeys?: readonly string[];
  readonly admin?: string;
  readonly adminKeySha256?: string;
}

export function gatewayCommand(): Command {
  const command = new Command("gateway");
  for (const option of [...gatewayOptions(), ...programOptions("0.0.0.0:9090")]) command.addOption(option);
  return command.action((flags: GatewayFlags) =>
    runProgram(async () => {
      const running = await startGateway(gatewaySettings(flags));
      const { dataPort: data, statusPort: status, adminPort: admin } = running;
      return { ports: { data, status, ...(admin === undefined ? {} : { admin }) }, running };
    }),
  );
}

function gatewayOptions(): readonly Option[] {
  return [
    new Option("--listen <address>", "where callers come in").env("SLUICE_LISTEN").default("0.0.0.0:8080"),
    new Option("--token-key <file>", "private key (PEM) that signs the token for agents' sidecars").env(
      "SLUICE_TOKEN_KEY",
    ),
    new Option(
      "--token-keys <file...>",
      "public keys (PEM) of other gateways whose agents call agents through this one",
    ).env("SLUICE_TOKEN_KEYS"),
    new Option("--admin <address>", "where budgets are shown and changed, for those with an admin key")
      .env("SLUICE_ADMIN")
      .default(undefined, `${adminDefault} where there is a key, else none`),
    new Option(
      "--admin-key-sha256 <hashes>",
      "of admin keys, one or two with a comma: sluice keys create --admin",
    ).env("SLUICE_ADMIN_KEY_SHA256"),
  ];
}

/** A listener that nobody may come in at is a mistake, not a wish. */
function adminSettings({ admin, adminKeySha256 }: GatewayFlags): GatewaySettings["admin"] {
  if (!adminKeySha256 && !admin) return undefined;
  const keySha256s = (adminKeySha256 ?? "").split(",").map((text) => text.trim().toLowerCase());
  if (!adminKeySha256) {
    throw new SettingsError(
      "--admin: nobody has a key for it: `sluice keys create --admin` makes one," +
        " and its hash goes into --admin-key-sha256 (SLUICE_ADMIN_KEY_SHA256)",
    );
  }
  // What was given may be a key by mistake: it is not repeated.
  if (keySha256s.length > 2 || !keySha256s.every((text) => /^[0-9a-f]{64}$/.test(text))) {
    throw new SettingsError("--admin-key-sha256: one or two hashes of 64 hex digits, with a comma between");
  }
  return { listen: parseListen("--admin", admin || adminDefault), keySha256s };
}

function gatewaySettings(flags: GatewayFlags): GatewaySettings {
  const { listen, tokenKey, tokenKeys = [] } = flags;
  return {
    program: programSettings(flags, process.env),
    listen: parseListen("--listen", listen),
    admin: adminSettings(flags),
    tokenKeyPem: tokenKey === undefined ? undefined : readKey("--token-key", tokenKey),
    tokenKeysPem: tokenKeys.map((path) => readKey("--token-keys", path)),
  };
}
