// Owns how counters and changes read: a table for people. Asks nothing.

import type { Meter } from "../../core/contracts/policy.ts";
import { valueInKey } from "../../core/limits/scope.ts";
import type { BudgetChange } from "../../core/program/budgets/desk.ts";
import type { CounterReport, Figure } from "../../core/program/budgets/report.ts";
import type { Shown } from "./source.ts";

const header = ["LIMIT", "AGENT", "SCOPE", "USED", "LEFT", "OF", "RESETS"];

export function printShown({ counters, hasMore, store }: Shown): string {
  const rows = counters.map((counter) => [
    counter.limit,
    counter.agent ?? "all",
    describeScope(counter.scope),
    amount(counter.meter, counter.used),
    amount(counter.meter, counter.left),
    amount(counter.meter, counter.amount),
    describeReset(counter),
  ]);
  const lines = rows.length === 0 ? ["No such counter is in use."] : table([header, ...rows]);
  if (hasMore) lines.push("There are more: name a limit, an agent or scopes.");
  if (store === "memory") {
    lines.push("The gateway counts in its own memory: what sidecars count is in theirs, and nobody sees it.");
  }
  return `${lines.join("\n")}\n`;
}

export function printChange({ what, usedBefore, after }: BudgetChange): string {
  const { limit, agent, meter, scope, used, left } = after;
  const whose = [agent === null ? "" : `agent ${agent}`, describeScope(scope)].filter(
    (part) => part !== "" && part !== "-",
  );
  const name = [limit, ...whose].join(", ");
  const leaves = left === null ? "" : `, ${amount(meter, left)} left`;
  return `${name}: ${what}: used ${amount(meter, usedBefore)} -> ${amount(meter, used)}${leaves}\n`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** As `--scope` takes it; nothing in it can move a terminal's cursor. */
function describeScope(scope: CounterReport["scope"]): string {
  const parts = Object.entries(scope).map(([name, value]) => `${name}=${valueText(value)}`);
  return parts.join(",") || "-";
}

function valueText(value: string | null): string {
  if (value === null) return "?";
  return /^h:[0-9a-f]{16}:\d+$/.test(value) ? value : valueInKey(value);
}

function amount(meter: Meter, figure: Figure | null): string {
  if (figure === null) return "-";
  if (meter !== "usd") return `${figure} ${units[meter] ?? meter}`;
  const text = String(figure);
  return text.startsWith("-") ? `-$${text.slice(1)}` : `$${text}`;
}

const units: Partial<Record<Meter, string>> = { toolCalls: "tool calls", concurrency: "at once" };

const dayMs = 86_400_000;

function describeReset({ window, resetMs }: CounterReport): string {
  const [kind, of] = window.split(" ");
  if (kind === "life") return `with its ${of}`;
  if (kind === "concurrency") return "as calls end";
  if (resetMs <= 0) return "-";
  const seconds = Math.ceil(resetMs / 1_000);
  if (seconds < 60) return `in ${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `in ${minutes} min`;
  const days = Math.floor(resetMs / dayMs);
  const hours = Math.floor((minutes % 1_440) / 60);
  return days === 0 ? `in ${hours} h ${minutes % 60} min` : `in ${days} d ${hours} h`;
}
