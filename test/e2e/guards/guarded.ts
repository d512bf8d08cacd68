// Owns policies with guards for tests over real sockets, and where what they found could leak. Knows no
// detector.

import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "vitest";
import type { LogLine, World } from "../world.ts";

/** A Guard; `spec` in YAML's flow style. */
export function guardText(name: string, spec: string): string {
  return `---
apiVersion: sluice.dev/v1alpha1
kind: Guard
metadata: { name: ${name} }
spec: ${spec}
`;
}

/** Laid under every agent; `uses`: by the agent's own names, in YAML's flow style. */
export function usesText(uses: Readonly<Record<string, string>>): string {
  const lines = Object.entries(uses).map(([name, use]) => `      ${name}: ${use}`);
  return `---
apiVersion: sluice.dev/v1alpha1
kind: Defaults
metadata: { name: guarded }
spec:
  agent:
    guards:
${lines.join("\n")}
`;
}

export function findings(log: readonly LogLine[], from = 0): readonly LogLine[] {
  return log.slice(from).filter(({ event }) => event === "guard.finding");
}

/** Decisions are counted when an exchange closes, which its client need not wait for. */
export async function expectCounted(world: World, series: string, count: number): Promise<void> {
  await expect.poll(() => counted(world, "sidecar", series), { timeout: 5_000 }).toBe(count);
}

/** Value of a counter; 0 where it has not counted. */
export async function counted(world: World, of: "gateway" | "sidecar", series: string): Promise<number> {
  const text = await world.status(of, "/metrics");
  const line = text.split("\n").find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

export const checks = (guard: string, stage: string, action: string): string =>
  `sluice_guard_checks_total{guard="${guard}",stage="${stage}",action="${action}"}`;

/** No log line, metric or view of either program holds one of these. */
export async function expectUntold(world: World, planted: readonly string[]): Promise<void> {
  // Lines of an exchange's end follow the last byte of its answer.
  await nextTurn();
  const views = await Promise.all(
    (["gateway", "sidecar"] as const).flatMap((of) =>
      ["/metrics", "/policy", "/ready?verbose"].map((path) => world.status(of, path)),
    ),
  );
  const all = [JSON.stringify(world.gatewayLog), JSON.stringify(world.sidecarLog), ...views];
  for (const one of planted) {
    for (const place of all) expect(place.includes(one), `${one} in ${place.slice(0, 200)}`).toBe(false);
  }
}
