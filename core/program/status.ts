// Owns the status listener: alive, ready, metrics, which policy. Read-only; shows no secret and no traffic.

import Fastify from "fastify";
import type { Policy } from "../contracts/policy.ts";
import { formatProblem } from "../policy/problem.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { ListenAddress } from "./settings.ts";

export interface StatusView {
  readonly program: string;
  /** In one word; undefined while ready. */
  notReadyBecause(): string | undefined;
  policy(): Policy;
  /** By name and version: as the last probe found it. */
  tools(): Readonly<Record<string, string>>;
  readonly store: { readonly name: string; readonly isUp: boolean };
  readonly metrics: Metrics;
}

export interface StatusServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function startStatus(listen: ListenAddress, view: StatusView): Promise<StatusServer> {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.get("/health", () => ({ status: "alive", program: view.program }));
  app.get("/ready", (request, reply) => {
    const because = view.notReadyBecause();
    reply.code(because === undefined ? 200 : 503);
    const readiness = because === undefined ? { status: "ready" } : { status: "not ready", because };
    const isVerbose = new URLSearchParams(request.url.split("?")[1]).has("verbose");
    return isVerbose ? { ...readiness, ...details(view) } : readiness;
  });
  app.get("/metrics", async (_request, reply) => {
    reply.header("content-type", view.metrics.contentType);
    return view.metrics.scrape();
  });
  app.get("/policy", () => inForce(view.policy()));
  await app.listen(listen);
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : listen.port;
  return { port, close: () => app.close() };
}

function details({ policy, store, tools }: StatusView): Record<string, unknown> {
  const { providers, agents } = policy();
  const { name, isUp } = store;
  return {
    store: { name, isUp },
    providers: [...providers.keys()],
    agents: [...agents.keys()],
    tools: tools(),
  };
}

function inForce({ digest, files, warnings }: Policy): Record<string, unknown> {
  return { digest, files, warnings: warnings.map(formatProblem) };
}
