// Owns a whole Sluice on loopback for tests: provider, sidecar, agent, gateway, their policy files and their
// logs.

import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toEndpoint } from "../../core/policy/endpoint.ts";
import type { ProgramSettings } from "../../core/program/settings.ts";
import type { LogStream } from "../../core/telemetry/log.ts";
import { generateTokenKeys } from "../../core/tokens/keys-adapter.ts";
import { type RunningGateway, startGateway } from "../../gateway/main.ts";
import type { AdminSettings } from "../../gateway/settings.ts";
import { type MockProvider, type Script, startMockProvider } from "../../mock/provider.ts";
import { type RunningSidecar, startSidecar } from "../../sidecar/main.ts";
import { type Agent, type AgentBehaviour, startAgent } from "./agent.ts";

export const apiKey = "slk_test-key-of-the-web-app";
export const otherKey = "slk_test-key-of-another-app";
export const providerKey = "sk-of-the-operator";

const anywhere = { host: "127.0.0.1", port: 0 };

export interface WorldOptions {
  readonly script?: Script;
  readonly agent?: AgentBehaviour;
  /** Names of the Callers that may call the agent; default `web-app`. */
  readonly callers?: readonly string[];
  /** Names of its Models; default `gpt-4o` and `small`. */
  readonly models?: readonly string[];
  /** What else than its users and sessions the caller `web-app` is trusted with. */
  readonly trust?: readonly string[];
  /** YAML lines below the agent's `spec`, each indented by two spaces. */
  readonly agentSpec?: string;
  /** Further documents, or how they are made of the provider's address. */
  readonly documents?: string | ((mockUrl: string) => string);
  readonly environment?: NodeJS.ProcessEnv;
  readonly program?: Partial<ProgramSettings>;
  readonly mockLogMax?: number;
  /** Of the gateways. */
  readonly admin?: AdminSettings;
}

export interface World {
  readonly mock: MockProvider;
  readonly agent: Agent;
  readonly gateway: RunningGateway;
  readonly sidecar: RunningSidecar;
  /** `http://127.0.0.1:port/agents/search` */
  readonly agentUrl: string;
  readonly gatewayUrl: string;
  /** `http://127.0.0.1:port/openai/v1` */
  readonly openaiUrl: string;
  readonly policyDir: string;
  readonly gatewayLog: readonly LogLine[];
  readonly sidecarLog: readonly LogLine[];
  status(program: "gateway" | "sidecar", path: string): Promise<string>;
  /** A second replica under the same settings; whoever starts it closes it. */
  startGateway(): Promise<RunningGateway>;
  close(): Promise<void>;
}

export type LogLine = Readonly<Record<string, unknown>>;

export function policyText(mockUrl: string, agentUrl: string, options: WorldOptions = {}): string {
  const sha = (key: string) => createHash("sha256").update(key).digest("hex");
  return `apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: openai }
spec:
  api: openai
  baseUrl: ${mockUrl}
  credential: { env: TEST_PROVIDER_KEY }
  timeouts: { connect: 2s, firstByte: 5s, idle: 2s, total: 60s }
  models:
    gpt-4o: { price: { perMillion: { input: 2.50, output: 10.00, cachedInput: 1.25 } } }
    gpt-4o-mini: { price: { perMillion: { input: 0.15, output: 0.60, cachedInput: 0.075 } } }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: gpt-4o }
spec: { targets: [ { provider: openai, model: gpt-4o } ] }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: small }
spec: { targets: [ { provider: openai, model: gpt-4o-mini } ] }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: forbidden }
spec: { targets: [ { provider: openai, model: gpt-4o } ] }
---
apiVersion: sluice.dev/v1alpha1
kind: Caller
metadata: { name: web-app }
spec:
  team: growth
  apiKeys: { current: { sha256: "${sha(apiKey)}" } }
  trust: [ ${["x-user-id", "x-session-id", ...(options.trust ?? [])].join(", ")} ]
---
apiVersion: sluice.dev/v1alpha1
kind: Caller
metadata: { name: other-app }
spec:
  apiKeys: { current: { sha256: "${sha(otherKey)}" } }
---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: search, labels: { tier: standard } }
spec:
  endpoints: [ ${agentUrl} ]
  callers: [ ${(options.callers ?? ["web-app"]).map((name) => `{ caller: ${name} }`).join(", ")} ]
  models: [ ${(options.models ?? ["gpt-4o", "small"]).join(", ")} ]
${options.agentSpec ?? ""}
${typeof options.documents === "function" ? options.documents(mockUrl) : (options.documents ?? "")}`;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { script, agent: behaviour, mockLogMax, admin } = options;
  const mock = await startMockProvider({
    ...(script === undefined ? {} : { script }),
    ...(mockLogMax === undefined ? {} : { logEntriesMax: mockLogMax }),
  });
  const agent = await startAgent(behaviour ?? {});
  const policyDir = await mkdtemp(join(tmpdir(), "sluice-world-"));
  const file = join(policyDir, "policy.yaml");
  const keys = generateTokenKeys();
  const program = programSettings(policyDir, options);
  const sidecarLog: LogLine[] = [];
  const gatewayLog: LogLine[] = [];
  // The gateway's policy needs the sidecar's port, and the sidecar its policy: first written with a
  // placeholder.
  await writeFile(file, policyText(mock.url, "http://127.0.0.1:9", options));
  const inbound = { listen: anywhere, app: toEndpoint(agent.url), tokenKeysPem: [keys.publicKeyPem] };
  const sidecar = await startSidecar(
    { program, agent: "search", listen: anywhere, inbound },
    lines(sidecarLog),
  );
  await writeFile(file, policyText(mock.url, `http://127.0.0.1:${sidecar.inboundPort}`, options));
  await sidecar.reload();
  const tokenKeyPem = keys.privateKeyPem;
  const replica = () => startGateway({ program, listen: anywhere, tokenKeyPem, admin }, lines(gatewayLog));
  const gateway = await replica();
  const openaiUrl = `http://127.0.0.1:${sidecar.egressPort}/openai/v1`;
  agent.useProvider(openaiUrl);
  const gatewayUrl = `http://127.0.0.1:${gateway.dataPort}`;
  return {
    mock,
    agent,
    gateway,
    sidecar,
    gatewayUrl,
    agentUrl: `${gatewayUrl}/agents/search`,
    openaiUrl,
    policyDir,
    gatewayLog,
    sidecarLog,
    startGateway: replica,
    status: async (of, path) => {
      const port = of === "gateway" ? gateway.statusPort : sidecar.statusPort;
      return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    },
    close: async () => {
      await gateway.close();
      await agent.close();
      await sidecar.close();
      await mock.close();
      await rm(policyDir, { recursive: true });
    },
  };
}

export function programSettings(policyDir: string, options: WorldOptions): ProgramSettings {
  return {
    policyDirs: [policyDir],
    status: anywhere,
    store: "memory",
    storePassword: undefined,
    trustedProxies: [],
    inFlightMax: 10_000,
    drainDelayMs: 0,
    graceMs: 5_000,
    environment: { TEST_PROVIDER_KEY: providerKey, ...options.environment },
    ...options.program,
  };
}

export function lines(into: LogLine[]): LogStream {
  return { write: (line: string) => void into.push(JSON.parse(line) as LogLine) };
}

/** Resolves once `find` gives something; the test's own timeout is the bound. */
export async function eventually<T>(find: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
