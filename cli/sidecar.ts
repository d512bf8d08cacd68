// Owns the command `sluice sidecar`: its flags, help and signals. What it runs is sidecar/'s business.

import { Command, Option } from "commander";
import { toEndpoint, urlProblem } from "../core/policy/endpoint.ts";
import { parseListen, SettingsError } from "../core/program/settings.ts";
import { startSidecar } from "../sidecar/main.ts";
import type {
  AuthoritySettings,
  InboundSettings,
  PeerSettings,
  SidecarSettings,
} from "../sidecar/settings.ts";
import { type ProgramFlags, programOptions, programSettings, readKey } from "./flags.ts";
import { runProgram } from "./run-program.ts";

interface SidecarFlags extends ProgramFlags {
  readonly agent: string;
  readonly listen: string;
  readonly inbound?: string;
  readonly app: string;
  readonly tokenKeys?: readonly string[];
  readonly caBundle?: string;
  readonly caKey?: string;
  readonly gateway?: string;
  readonly agentKey?: string;
}

export function sidecarCommand(): Command {
  const command = new Command("sidecar");
  for (const option of [...sidecarOptions(), ...programOptions("0.0.0.0:14020")]) command.addOption(option);
  return command.action((flags: SidecarFlags) =>
    runProgram(async () => {
      const running = await startSidecar(sidecarSettings(flags));
      const { egressPort, inboundPort, statusPort } = running;
      const inbound = inboundPort === undefined ? {} : { inbound: inboundPort };
      return { ports: { egress: egressPort, ...inbound, status: statusPort }, running };
    }),
  );
}

function sidecarOptions(): readonly Option[] {
  return [
    new Option("--agent <name>", "the Agent in this pod; AGENT_ID where none is given")
      .env("SLUICE_AGENT")
      .default(process.env.AGENT_ID || undefined, "AGENT_ID")
      .makeOptionMandatory(),
    new Option("--listen <address>", "where the agent sends its calls")
      .env("SLUICE_LISTEN")
      .default("127.0.0.1:14001"),
    new Option("--inbound <address>", "in front of the agent: verifies the gateway's token").env(
      "SLUICE_INBOUND",
    ),
    new Option("--app <address>", "the agent itself, for --inbound")
      .env("SLUICE_APP")
      .default("127.0.0.1:8000"),
    new Option("--token-keys <file...>", "public keys (PEM) of the gateways, for --inbound").env(
      "SLUICE_TOKEN_KEYS",
    ),
    new Option(
      "--ca-bundle <file>",
      "written at start: public roots and the pod's own CA, for the application to trust (inspect: true)",
    ).env("SLUICE_CA_BUNDLE"),
    new Option(
      "--ca-key <file>",
      "where the pod's CA and its key outlive a restart (0600); else they are in memory only",
    ).env("SLUICE_CA_KEY"),
    new Option("--gateway <url>", "where the agent's calls to other agents go, with --agent-key").env(
      "SLUICE_GATEWAY",
    ),
    new Option("--agent-key <file>", "private key (PEM) that says whose sidecar this is").env(
      "SLUICE_AGENT_KEY",
    ),
  ];
}

function sidecarSettings(flags: SidecarFlags): SidecarSettings {
  return {
    program: programSettings(flags, process.env),
    agent: flags.agent,
    listen: parseListen("--listen", flags.listen),
    inbound: inboundSettings(flags),
    authority: authoritySettings(flags),
    peers: peerSettings(flags),
  };
}

function authoritySettings({ caBundle, caKey }: SidecarFlags): AuthoritySettings | undefined {
  if (caBundle !== undefined) return { bundleFile: caBundle, keyFile: caKey };
  if (caKey === undefined) return undefined;
  throw new SettingsError("--ca-key needs --ca-bundle: the file that the application is to trust");
}

function peerSettings({ gateway, agentKey, inbound }: SidecarFlags): PeerSettings | undefined {
  if (gateway === undefined && agentKey === undefined) return undefined;
  if (gateway === undefined || agentKey === undefined) {
    throw new SettingsError("--gateway and --agent-key go together (sluice keys create --agent NAME)");
  }
  if (inbound === undefined) {
    throw new SettingsError("--gateway needs --inbound: agents call others for tasks that came in there");
  }
  const problem = urlProblem(gateway) ?? (gateway.includes("?") ? "holds a query" : undefined);
  if (problem !== undefined) throw new SettingsError(`--gateway: ${problem}`);
  return { gateway: toEndpoint(gateway), agentKeyPem: readKey("--agent-key", agentKey) };
}

function inboundSettings({ inbound, app, tokenKeys }: SidecarFlags): InboundSettings | undefined {
  if (inbound === undefined) return undefined;
  if (tokenKeys === undefined) {
    throw new SettingsError(
      "--inbound needs --token-keys: the public key of the gateway (sluice keys create --token)",
    );
  }
  parseListen("--app", app);
  return {
    listen: parseListen("--inbound", inbound),
    app: toEndpoint(`http://${app}`),
    tokenKeysPem: tokenKeys.map((path) => readKey("--token-keys", path)),
  };
}
