// Owns the demo's cast: provider, sidecars, agents, gateway, started in this order, stopped in any case.

import { readFile } from "node:fs/promises";
import { toEndpoint } from "../../core/policy/endpoint.ts";
import type { ListenAddress, ProgramSettings } from "../../core/program/settings.ts";
import { generateTokenKeys } from "../../core/tokens/keys-adapter.ts";
import { startGateway } from "../../gateway/main.ts";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import { readScript, tellProblems } from "../../mock/script-reader.ts";
import { type RunningSidecar, startSidecar } from "../../sidecar/main.ts";
import { generateApiKey } from "../keys.ts";
import { type AgentCommand, AgentProcess, freePort } from "./agent-process.ts";
import { LogLines } from "./log-lines.ts";
import { RunOverlay } from "./overlay.ts";
import type { Places } from "./places.ts";

/** What the policy's credential names; the agents never get it. */
export const providerKey = "sk-demo-provider-key";
/** What the agents have in its place: SDKs do not start without one. */
export const agentKey = "none-needed";

export interface Member {
  readonly agent: string;
  readonly process: AgentProcess;
  readonly port: number;
  readonly sidecar: RunningSidecar;
}

export interface GatewayMember {
  readonly dataPort: number;
  readonly statusPort: number;
}

export class Stage {
  readonly lines = new LogLines();
  readonly apiKey = generateApiKey();
  readonly members: Member[] = [];
  readonly #places: Places;
  readonly #overlays: readonly string[];
  readonly #tokenKeys = generateTokenKeys();
  readonly #closers: (() => Promise<void>)[] = [];
  #policyDirs: readonly string[] = [];
  #opening: Promise<void> = Promise.resolve();
  #provider: MockProvider | undefined = undefined;
  #gateway: GatewayMember | undefined = undefined;

  /** `overlays`: policy directories laid over the demo's own. */
  constructor(places: Places, overlays: readonly string[]) {
    this.#places = places;
    this.#overlays = overlays;
  }

  /** As the gateway has them. */
  get policyDirs(): readonly string[] {
    return this.#policyDirs;
  }

  get provider(): MockProvider {
    return expectStarted(this.#provider);
  }

  get gateway(): GatewayMember {
    return expectStarted(this.#gateway);
  }

  /** Where a client calls an agent. */
  runUrl(agent: string): string {
    return `http://127.0.0.1:${this.gateway.dataPort}/agents/${agent}/run`;
  }

  /** What is started when this throws is stopped by `close`. */
  open(): Promise<void> {
    this.#opening = this.#start();
    return this.#opening;
  }

  /** Also in the middle of `open`: what that still starts is stopped, too. */
  async close(): Promise<void> {
    await this.#closeAll();
    await Promise.allSettled([this.#opening]);
    await this.#closeAll();
  }

  async #start(): Promise<void> {
    const overlay = await RunOverlay.create();
    this.#closers.push(() => overlay.remove());
    const script = readScript(await readFile(this.#places.script, "utf8"));
    if ("problems" in script) throw new Error(tellProblems(script.problems));
    const provider = await startMockProvider({ script: script.script });
    this.#closers.push(() => provider.close());
    this.#provider = provider;
    const dirs = [this.#places.policies, await overlay.writeProvider(provider.url)];
    await this.#join("assistant", this.#places.nodeAgent, dirs);
    if (this.#places.pythonAgent) await this.#join("assistant-py", this.#places.pythonAgent, dirs);
    const endpoints = this.members.map(
      ({ agent, sidecar }) => [agent, localUrl(sidecar.inboundPort)] as const,
    );
    this.#policyDirs = [...dirs, await overlay.writeEdge(this.apiKey, new Map(endpoints)), ...this.#overlays];
    await this.#startGateway();
    await Promise.all(this.members.map((member) => member.process.answering()));
  }

  async #closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  /** The sidecar's ports are free ones; the agent's has to be known before either starts. */
  async #join(agent: string, command: AgentCommand, dirs: readonly string[]): Promise<void> {
    const port = await freePort();
    const inbound = {
      listen: anyPort,
      app: toEndpoint(localUrl(port)),
      tokenKeysPem: [this.#tokenKeys.publicKeyPem],
    };
    const program = programSettings([...dirs, ...this.#overlays]);
    const sidecar = await startSidecar({ program, agent, listen: anyPort, inbound }, this.lines);
    this.#closers.push(() => sidecar.close());
    const environment = {
      OPENAI_BASE_URL: `${localUrl(sidecar.egressPort)}/openai/v1`,
      OPENAI_API_KEY: agentKey,
    };
    const process = new AgentProcess({ ...command, port, environment });
    this.#closers.push(() => process.stop());
    this.members.push({ agent, process, port, sidecar });
  }

  async #startGateway(): Promise<void> {
    const tokenKeyPem = this.#tokenKeys.privateKeyPem;
    const program = programSettings(this.#policyDirs);
    const gateway = await startGateway({ program, listen: anyPort, tokenKeyPem }, this.lines);
    this.#closers.push(() => gateway.close());
    this.#gateway = gateway;
  }
}

const anyPort: ListenAddress = { host: "127.0.0.1", port: 0 };

export function localUrl(port: number | undefined): string {
  return `http://127.0.0.1:${port}`;
}

/** Nothing of the user's environment, so that a run shows the same everywhere. */
function programSettings(policyDirs: readonly string[]): ProgramSettings {
  return {
    policyDirs,
    status: anyPort,
    store: "memory",
    storePassword: undefined,
    trustedProxies: [],
    inFlightMax: 1_000,
    drainDelayMs: 0,
    graceMs: 1_000,
    environment: { DEMO_PROVIDER_KEY: providerKey },
  };
}

function expectStarted<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("the stage is not open yet");
  return part;
}
