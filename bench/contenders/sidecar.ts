// Owns the sidecar as an operator runs it: the CLI, policy files, memory store; its log is thrown away.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Contender, findFreePort, waitUntilUp } from "../contender.ts";
import { chatPath } from "../workload.ts";

const cli = new URL("../../cli/main.ts", import.meta.url);

export const sidecar: Contender = {
  name: "sidecar",
  async start(upstream, children) {
    const folder = children.makeFolder();
    writeFileSync(join(folder, "bench.yaml"), policy(upstream.port));
    const [port, statusPort] = [await findFreePort(), await findFreePort()];
    const flags = ["--policies", folder, "--agent", "bench", "--store", "memory", "--drain-delay", "0s"];
    const listeners = ["--listen", `127.0.0.1:${port}`, "--status", `127.0.0.1:${statusPort}`];
    const environment = { BENCH_PROVIDER_KEY: "bench-provider-key" };
    const options = { place: "measured", environment } as const;
    const child = children.startNode(cli, ["sidecar", ...flags, ...listeners], options);
    await waitUntilUp(`http://127.0.0.1:${statusPort}/ready`);
    return { kind: "running", pid: child.pid ?? 0, port, path: `/mock${chatPath}` };
  },
};

/** A priced model with a fallback, and no hosted tools: each filter of the chain has something to do. */
function policy(upstreamPort: number): string {
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
`;
}
