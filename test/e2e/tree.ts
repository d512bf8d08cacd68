// Owns agents that call one another for tests: a gateway and two sidecars as processes of their own, their
// policy, the agents behind them, and the provider's log as the oracle.

import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { agentKeyOf, generateTokenKeys, type TokenKeys } from "../../core/tokens/keys-adapter.ts";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import { freePort } from "../redis-server.ts";
import { type Agent, startAgent } from "./agent.ts";
import { apiKey, type LogLine } from "./world.ts";

const names = ["orchestrator", "search"] as const;
export type AgentName = (typeof names)[number];

export interface Told {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

/** What an agent does with a request; `egress` is its own sidecar. */
export type Behaviour = (told: Told, egress: string) => Promise<unknown>;

export interface TreeOptions {
  /** YAML lines below an agent's `spec`, each indented by two spaces. */
  readonly specs?: Partial<Record<AgentName, string>>;
  readonly documents?: string;
  readonly store?: string;
}

export interface Tree {
  readonly mock: MockProvider;
  readonly gatewayUrl: string;
  readonly egress: Readonly<Record<AgentName, string>>;
  readonly agents: Readonly<Record<AgentName, Agent>>;
  /** From now on; who is not named does nothing. Forgets what the provider has heard. */
  behave(behaviours: Partial<Record<AgentName, Behaviour>>): void;
  readonly gatewayKeys: TokenKeys;
  readonly agentKeys: Readonly<Record<AgentName, TokenKeys>>;
  /** Of each process, by its name. */
  readonly logs: Readonly<Record<"gateway" | AgentName, LogLine[]>>;
  close(): Promise<void>;
}

export async function startTree(options: TreeOptions = {}): Promise<Tree> {
  const dir = await mkdtemp(join(tmpdir(), "sluice-tree-"));
  const mock = await startMockProvider({ script: { rules: [{ answer: { text: "done" } }] } });
  const gatewayKeys = generateTokenKeys();
  const agentKeys = { orchestrator: generateTokenKeys(), search: generateTokenKeys() };
  const ports = await takePorts();
  const egress = {
    orchestrator: `http://127.0.0.1:${ports.egress.orchestrator}`,
    search: `http://127.0.0.1:${ports.egress.search}`,
  };
  let behaviours: Partial<Record<AgentName, Behaviour>> = {};
  const startTold = (name: AgentName): Promise<Agent> =>
    startAgent({
      handle: async ({ headers, url = "" }, response, body) => {
        const answer = await behaviours[name]?.({ headers, body, path: url }, egress[name]);
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer ?? {}));
      },
    });
  const agents = { orchestrator: await startTold("orchestrator"), search: await startTold("search") };
  const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
  await writeFile(join(dir, "policy.yaml"), policyOf(mock.url, { options, agentKeys, ports: ports.inbound }));
  await writeFile(join(dir, "gateway.pem"), gatewayKeys.privateKeyPem);
  await writeFile(join(dir, "gateway-public.pem"), gatewayKeys.publicKeyPem);
  for (const name of names) await writeFile(join(dir, `${name}.pem`), agentKeys[name].privateKeyPem);
  const logs = { gateway: [], orchestrator: [], search: [] };
  const shared = ["--policies", dir, "--status", "127.0.0.1:0", "--store", options.store ?? "memory"];
  const sidecar = (name: AgentName) => [
    ...["sidecar", ...shared, "--agent", name, "--listen", `127.0.0.1:${ports.egress[name]}`],
    ...["--inbound", `127.0.0.1:${ports.inbound[name]}`, "--app", new URL(agents[name].url).host],
    ...["--token-keys", join(dir, "gateway-public.pem"), "--agent-key", join(dir, `${name}.pem`)],
    ...["--gateway", gatewayUrl],
  ];
  const gateway = ["gateway", ...shared, "--listen", `127.0.0.1:${ports.gateway}`];
  const children = await Promise.all([
    startProgram([...gateway, "--token-key", join(dir, "gateway.pem")], logs.gateway),
    ...names.map((name) => startProgram(sidecar(name), logs[name])),
  ]);
  const close = async (): Promise<void> => {
    await Promise.all(children.map(stop));
    await Promise.all(names.map((name) => agents[name].close()));
    await mock.close();
    await rm(dir, { recursive: true });
  };
  const behave = (next: typeof behaviours): void => {
    behaviours = next;
    mock.reset();
  };
  return { mock, gatewayUrl, egress, agents, behave, gatewayKeys, agentKeys, logs, close };
}

interface Ports {
  readonly gateway: number;
  readonly egress: Record<AgentName, number>;
  readonly inbound: Record<AgentName, number>;
}

async function takePorts(): Promise<Ports> {
  const free = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
  const [gateway = 0, first = 0, second = 0, third = 0, fourth = 0] = free;
  const egress = { orchestrator: first, search: second };
  return { gateway, egress, inbound: { orchestrator: third, search: fourth } };
}

interface PolicyParts {
  readonly options: TreeOptions;
  readonly agentKeys: Readonly<Record<AgentName, TokenKeys>>;
  readonly ports: Ports["inbound"];
}

function policyOf(mockUrl: string, { options, agentKeys, ports }: PolicyParts): string {
  const agentOf = (name: AgentName, callers: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: ${name} }
spec:
  endpoints: [ "http://127.0.0.1:${ports[name]}" ]
  callers: [ ${callers} ]
  keys: { current: { ed25519: ${agentKeyOf(agentKeys[name].privateKeyPem)} } }
  models: [ gpt-4o ]
${options.specs?.[name] ?? ""}
`;
  const sha256 = createHash("sha256").update(apiKey).digest("hex");
  return `apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: openai }
spec:
  api: openai
  baseUrl: ${mockUrl}
  credential: { env: TEST_PROVIDER_KEY }
  models: { gpt-4o: { price: { perMillion: { input: 2.50, output: 10.00 } } } }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: gpt-4o }
spec: { targets: [ { provider: openai, model: gpt-4o } ] }
---
apiVersion: sluice.dev/v1alpha1
kind: Caller
metadata: { name: web-app }
spec:
  apiKeys: { current: { sha256: "${sha256}" } }
  trust: [ x-user-id, x-session-id ]
${agentOf("orchestrator", "{ caller: web-app }, { agent: orchestrator }, { agent: search }")}
${agentOf("search", "{ agent: orchestrator }")}
${options.documents ?? ""}`;
}

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

async function startProgram(args: readonly string[], log: LogLine[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [main, ...args, "--drain-delay", "0s"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TEST_PROVIDER_KEY: "sk-of-the-operator" },
  });
  let rest = "";
  child.stdout.on("data", (chunk) => {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    log.push(...lines.filter(Boolean).map((line) => JSON.parse(line) as LogLine));
  });
  let told = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk) => {
      told += chunk;
      if (told.includes("listening:")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`${args[0]} ended with ${code}: ${told}`)));
  });
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

const json = { "content-type": "application/json" };

/** A store that is slow on a busy machine says so: it is asked again. */
const triesMax = 20;

/** One LLM call, as an agent makes it that passes on its trace. */
export async function ask(egress: string, { headers }: Pick<Told, "headers">): Promise<number> {
  for (let left = triesMax; ; left--) {
    const response = await fetch(`${egress}/openai/v1/chat/completions`, {
      method: "POST",
      headers: { ...json, traceparent: String(headers.traceparent) },
      body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hello" }] }),
    });
    await response.text();
    if (response.status !== 503 || left === 0) return response.status;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

export interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One agent calls another, the same way. */
export async function call(
  url: string,
  { headers }: Pick<Told, "headers">,
  body: unknown = {},
): Promise<Said> {
  const traced = { ...json, traceparent: String(headers.traceparent) };
  return said(await fetch(url, { method: "POST", headers: traced, body: JSON.stringify(body) }));
}

export async function said(response: Response): Promise<Said> {
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : { text } };
}

/** What the web app asks of the orchestrator. */
export async function run(tree: Tree, task: unknown = {}): Promise<Said> {
  return said(
    await fetch(`${tree.gatewayUrl}/agents/orchestrator/run`, {
      method: "POST",
      headers: {
        ...json,
        authorization: `Bearer ${apiKey}`,
        "x-user-id": "ada",
        "x-session-id": "session-1",
      },
      body: JSON.stringify(task),
    }),
  );
}
