// Owns the sidecar as an operator runs it: the CLI, policy files, memory store; its log is thrown away.

import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Children } from "../children.ts";
import { type Contender, findFreePort, type Running, type Upstream, waitUntilUp } from "../contender.ts";
import { chatPath } from "../workload.ts";

const cli = new URL("../../cli/main.ts", import.meta.url);

export interface SidecarOptions {
  /** Guard documents, and the agent's uses of them as one line of YAML. */
  readonly guards?: { readonly documents: string; readonly uses: string };
  /** Tool documents, and the agent's uses of them as one line of YAML. */
  readonly tools?: { readonly documents: (upstreamPort: number) => string; readonly uses: string };
  /** Where it is asked; left out: as a provider. */
  readonly path?: string;
  /** A module that is loaded before the CLI. */
  readonly before?: URL;
}

export const sidecar = sidecarWith("sidecar");

export function sidecarWith(name: string, options: SidecarOptions = {}): Contender {
  return {
    name,
    start: async (upstream, children) => (await startSidecar(upstream, children, options)).running,
  };
}

export interface StartedSidecar {
  readonly child: ChildProcess;
  readonly running: Running;
}

export async function startSidecar(
  upstream: Upstream,
  children: Children,
  { guards, tools, before, path = `/mock${chatPath}` }: SidecarOptions,
): Promise<StartedSidecar> {
  const folder = children.makeFolder();
  const { documents = "", uses = "{}" } = guards ?? {};
  const toolUses = tools === undefined ? "" : `  tools: ${tools.uses}\n`;
  const text = policy(upstream.port, uses) + toolUses + documents + (tools?.documents(upstream.port) ?? "");
  writeFileSync(join(folder, "bench.yaml"), text);
  const [port, statusPort] = [await findFreePort(), await findFreePort()];
  const flags = ["--policies", folder, "--agent", "bench", "--store", "memory", "--drain-delay", "0s"];
  const listeners = ["--listen", `127.0.0.1:${port}`, "--status", `127.0.0.1:${statusPort}`];
  const preload = before === undefined ? {} : { NODE_OPTIONS: `--import ${before.href}` };
  const environment = { BENCH_PROVIDER_KEY: "bench-provider-key", ...preload };
  const place = { place: "measured", environment } as const;
  const child = children.startNode(cli, ["sidecar", ...flags, ...listeners], place);
  await waitUntilUp(`http://127.0.0.1:${statusPort}/ready`);
  return { child, running: { kind: "running", pid: child.pid ?? 0, port, path } };
}

/** A priced model with a fallback, and no hosted tools: each filter of the chain has something to do. */
function policy(upstreamPort: number, guardUses: string): string {
  return `
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: mock }
spec:
  api: openai
  baseUrl: http://127.0.0.1:${upstreamPort}
  credential: { env: BENCH_PROVIDER_KEY }
  models:
    gpt-4o: { price: { perMillion: { input: 2.50, cachedInput: 1.25, output: 10.00 } } }
    gpt-4o-mini: { price: { perMillion: { input: 0.15, cachedInput: 0.075, output: 0.60 } } }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: gpt-4o }
spec:
  targets: [{ provider: mock, model: gpt-4o }, { provider: mock, model: gpt-4o-mini }]
---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: bench }
spec:
  endpoints: ["http://127.0.0.1:9"]
  models: [gpt-4o]
  guards: ${guardUses}
`;
}
