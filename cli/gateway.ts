// Owns the command `sluice gateway`: its flags, help and signals. What it runs is gateway/'s business.

import { Command, Option } from "commander";
import { parseListen } from "../core/program/settings.ts";
import { startGateway } from "../gateway/main.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import { type ProgramFlags, programOptions, programSettings, readKey } from "./flags.ts";
import { runProgram } from "./run-program.ts";

interface GatewayFlags extends ProgramFlags {
  readonly listen: string;
  readonly tokenKey?: string;
}

export function gatewayCommand(): Command {
  const command = new Command("gateway").description(
    "the edge: who may call which agent, how often, with what",
  );
  for (const option of [...gatewayOptions(), ...programOptions("0.0.0.0:9090")]) command.addOption(option);
  return command.action((flags: GatewayFlags) =>
    runProgram(async () => {
      const running = await startGateway(gatewaySettings(flags));
      return { ports: { data: running.dataPort, status: running.statusPort }, running };
    }),
  );
}

function gatewayOptions(): readonly Option[] {
  return [
    new Option("--listen <address>", "where callers come in").env("SLUICE_LISTEN").default("0.0.0.0:8080"),
    new Option("--token-key <file>", "private key (PEM) that signs the token for agents' sidecars").env(
      "SLUICE_TOKEN_KEY",
    ),
  ];
}

function gatewaySettings(flags: GatewayFlags): GatewaySettings {
  const { listen, tokenKey } = flags;
  return {
    program: programSettings(flags, process.env),
    listen: parseListen("--listen", listen),
    tokenKeyPem: tokenKey === undefined ? undefined : readKey("--token-key", tokenKey),
  };
}
