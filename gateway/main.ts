// Owns the gateway as a program: its listeners, their start, drain and end. Knows no flags.

import { KeySets } from "../core/filters/identify/key-set.ts";
import type { ReloadResult } from "../core/policy/watch.ts";
import { Host } from "../core/program/host.ts";
import { announceDrain, makeServer } from "../core/program/listeners.ts";
import { SettingsError } from "../core/program/settings.ts";
import type { LogStream } from "../core/telemetry/log.ts";
import { publicPemOf } from "../core/tokens/keys-adapter.ts";
import { makeSigner, type Signer } from "../core/tokens/signer.ts";
import { makeVerifier, type Verifier } from "../core/tokens/verifier.ts";
import { type AdminServer, startAdmin } from "./admin/server.ts";
import { type CompiledGateway, compileGateway } from "./compile.ts";
import type { AdminSettings, GatewaySettings } from "./settings.ts";
import { UpgradeCarrier } from "./upgrade.ts";

export interface RunningGateway {
  readonly dataPort: number;
  readonly statusPort: number;
  readonly adminPort: number | undefined;
  reload(): Promise<ReloadResult>;
  /** Not ready → still accepting → no new connection → what is in flight ends, by itself or cut → closed. */
  drain(): Promise<void>;
  /** At once. */
  close(): Promise<void>;
}

/** Throws PolicyError and SettingsError, each for what its reader has to mend. */
export async function startGateway(
  settings: GatewaySettings,
  logStream?: LogStream,
): Promise<RunningGateway> {
  const signer = settings.tokenKeyPem === undefined ? undefined : openSigner(settings.tokenKeyPem);
  const grants = openGrants(settings);
  const keySets = new KeySets();
  const host = await Host.open<CompiledGateway>({
    program: "gateway",
    settings: settings.program,
    compile: (policy, equipment) => compileGateway(policy, equipment, { signer, grants, keySets }),
    logStream,
  });
  const carrier = await UpgradeCarrier.open();
  const server = makeServer(host, {
    listen: settings.listen,
    pick: (request) => host.compiled.routes.pick(request),
    refusedRoute: (refusal) => host.compiled.routes.refusedRoute(refusal),
    carryUpgrade: (upgrade) => carrier.carry(upgrade),
  });
  const dataPort = await server.listen();
  const admin = settings.admin && (await openAdmin(settings.admin, host));
  const adminPort = admin?.port;
  const statusPort = await host.startStatus({ data: dataPort, ...(admin && { admin: admin.port }) });
  const closeRest = async (): Promise<void> => {
    await admin?.close();
    await carrier.close();
    await host.close();
  };
  return {
    dataPort,
    statusPort,
    adminPort,
    reload: () => host.reload(),
    drain: async () => {
      await announceDrain(host);
      await server.finish(settings.program.graceMs);
      await closeRest();
    },
    close: async () => {
      await server.close();
      await closeRest();
    },
  };
}

function openAdmin(settings: AdminSettings, host: Host<CompiledGateway>): Promise<AdminServer> {
  return startAdmin(settings, { equipment: host.equipment, policy: () => host.policy });
}

/** Undefined: nobody is given anything by a token here, so no agent can show one. */
function openGrants({ tokenKeyPem, tokenKeysPem = [] }: GatewaySettings): Verifier | undefined {
  if (tokenKeyPem === undefined) return undefined;
  const own = publicPemOf(tokenKeyPem);
  const verifier = typeof own === "string" ? makeVerifier([own, ...tokenKeysPem]) : own;
  if (verifier.kind === "problem") throw new SettingsError(`--token-keys: ${verifier.problem}`);
  return verifier;
}

function openSigner(pem: string): Signer {
  const signer = makeSigner(pem);
  if (signer.kind === "problem") throw new SettingsError(`--token-key: ${signer.problem}`);
  return signer;
}
