// Owns the last scene: what it all cost, from ledger and metrics, against the provider's own log.

import type { LedgerDimension, LedgerTotal } from "../../../core/contracts/ledger.ts";
import type { Price } from "../../../core/contracts/price.ts";
import { loadPolicy } from "../../../core/policy/load.ts";
import type { LogEntry } from "../../../mock/provider.ts";
import { decide, type Play, scrape } from "../scene.ts";

const dimensions: readonly LedgerDimension[] = ["model", "agent", "user", "session", "task"];
const rowsMax = 4;

export async function showCost(play: Play): Promise<void> {
  const { stage, show } = play;
  show.scene("What it cost: counted by the sidecars from what the provider said it used");
  const answered = stage.provider.log.filter(({ status }) => status === 200);
  await stage.lines.waitFor(answered.length, isLlmCall);
  for (const by of dimensions) showTotals(play, by);
  const models = merge(play, "model");
  const costNanoUsd = sumOf(models, ({ costNanoUsd }) => costNanoUsd);
  const cut = merge(play, "task").get("cut-1");
  const price = await priceOf(stage.policyDirs);
  show.claim({
    what: "every call but the cut one costs what the provider's log says, to the nano-dollar",
    seen: costNanoUsd - (cut?.costNanoUsd ?? 0),
    expected: costOf(
      answered.filter(({ ended }) => ended === "done"),
      price,
    ),
  });
  await decide(play, "Provider/openai", "spec.models.gpt-4o.price.perMillion.output");
  const cutSent = answered.find(({ ended }) => ended === "cut")?.completionTokens ?? 0;
  show.claim({
    what: "the cut call, of which the provider told no usage, is charged all the same: counted here",
    seen: [cut?.estimatedCalls, (cut?.outputTokens ?? 0) >= cutSent],
    expected: [1, true],
  });
  await showMetrics(play, costNanoUsd);
}

/** A cut one is an `agent_error` with the same route. */
function isLlmCall({
  route,
  status,
  error_type: errorType,
}: {
  route?: string;
  status?: string;
  error_type?: string;
}) {
  const isEgress = route?.startsWith("openai/") === true && status !== "refused";
  return isEgress && (errorType === undefined || errorType === "upstream_truncated");
}

function showTotals(play: Play, by: LedgerDimension): void {
  const rows = [...merge(play, by)].sort(([, a], [, b]) => b.costNanoUsd - a.costNanoUsd);
  for (const [name, total] of rows.slice(0, rowsMax)) {
    const tokens = `${total.inputTokens} + ${total.outputTokens} tokens`.padStart(19);
    const calls = `${total.calls} call${total.calls === 1 ? " " : "s"}`.padStart(8);
    const label = isGenerated(name) ? `${name.slice(0, 8)}…` : name;
    play.show.line(`     ${by.padEnd(8)} ${label.padEnd(14)} ${calls} ${tokens}  ${usd(total.costNanoUsd)}`);
  }
  if (rows.length > rowsMax) play.show.note(`${by.padEnd(8)} and ${rows.length - rowsMax} more`);
}

/** A task without an id of its own was given one. */
const isGenerated = (name: string): boolean => /^[0-9a-f]{8}-/.test(name);

function usd(nanoUsd: number): string {
  return `$${(nanoUsd / 1e9).toFixed(9)}`;
}

/** Over all sidecars. */
function merge({ stage }: Play, by: LedgerDimension): Map<string, LedgerTotal> {
  const merged = new Map<string, LedgerTotal>();
  for (const { sidecar } of stage.members) {
    for (const [name, total] of sidecar.ledger.totals(by)) merged.set(name, add(merged.get(name), total));
  }
  return merged;
}

function add(a: LedgerTotal | undefined, b: LedgerTotal): LedgerTotal {
  if (a === undefined) return b;
  return {
    calls: a.calls + b.calls,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    costNanoUsd: a.costNanoUsd + b.costNanoUsd,
    unpricedCalls: a.unpricedCalls + b.unpricedCalls,
    estimatedCalls: a.estimatedCalls + b.estimatedCalls,
  };
}

function sumOf(totals: ReadonlyMap<string, LedgerTotal>, read: (total: LedgerTotal) => number): number {
  return [...totals.values()].reduce((sum, total) => sum + read(total), 0);
}

async function priceOf(dirs: readonly string[]): Promise<Price | undefined> {
  const loaded = await loadPolicy(dirs);
  return loaded.ok ? loaded.policy.providers.get("openai")?.models.get("gpt-4o")?.price : undefined;
}

/** Computed here a second time, in another way: from the provider's record. */
function costOf(calls: readonly LogEntry[], price: Price | undefined): number {
  const { inputNanoUsdPerMillion = 0, outputNanoUsdPerMillion = 0 } = price ?? {};
  return calls.reduce((sum, { promptTokens, completionTokens }) => {
    const perMillion = promptTokens * inputNanoUsdPerMillion + completionTokens * outputNanoUsdPerMillion;
    return sum + Math.ceil(perMillion / 1e6);
  }, 0);
}

async function showMetrics({ stage, show }: Play, costNanoUsd: number): Promise<void> {
  const edge = await scrape(stage.gateway.statusPort);
  const pods = await Promise.all(stage.members.map(({ sidecar }) => scrape(sidecar.statusPort)));
  const costs = pods.flatMap((text) => samples(text, "agent_cost_usd_total")).map(([, value]) => value);
  show.claim({
    what: "the sidecars' metrics say the same: agent_cost_usd_total",
    seen: Math.round(costs.reduce((sum, value) => sum + value, 0) * 1e9),
    expected: costNanoUsd,
  });
  show.claim({
    what: "the gateway's metrics name each refusal: sluice_refusals_total",
    seen: Object.fromEntries(samples(edge, "sluice_refusals_total")),
    expected: {
      '{code="credential_missing"}': 1,
      '{code="schema_violation"}': 1,
      '{code="rate_limited"}': 1,
      '{code="prompt_injection_detected"}': 1,
    },
  });
}

/** Prometheus text: labels → value. */
function samples(text: string, name: string): readonly (readonly [string, number])[] {
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`));
  return lines.map((line) => {
    const end = line.lastIndexOf("}") + 1;
    return [line.slice(name.length, end), Number(line.slice(end))] as const;
  });
}
