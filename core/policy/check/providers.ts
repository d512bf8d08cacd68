// Owns that providers' names, timeouts and prices can be used. Knows nothing of how a request is sent or
// priced.

import type { Problem } from "../../contracts/policy.ts";
import { apiOf, spokenApis } from "../dialects.ts";
import type { Drafts, Spot } from "../draft.ts";
import { problemIn, selectIn, selectInAgents } from "../draft.ts";
import { stringAt } from "../located.ts";
import { parseDurationMs, parseNanoUsd } from "../units.ts";

/** First segments at the sidecar that are not providers. */
const reservedNames: ReadonlySet<string> = new Set(["tools", "mcp", "agents", "tasks"]);

/** A timer of Node's beyond 24.8 days fires at once; no request lives a day. */
const timeoutMsMax = 24 * 3_600_000;

export function checkProviders(drafts: Drafts): readonly Problem[] {
  const amounts = ["perMillion.*", "tiers.*.perMillion.*", "perCall", "perWebSearch"];
  const money = [
    ...["spec.models.*.price", "spec.unknownPrice"].flatMap((price) =>
      amounts.flatMap((amount) => selectIn(drafts, "Provider", `${price}.${amount}`)),
    ),
    ...selectIn(drafts, "Limit", "spec.usd"),
    ...selectInAgents(drafts, "limits.*.usd"),
    ...selectIn(drafts, "Tool", "spec.limits.*.usd"),
    ...selectIn(drafts, "Tool", "spec.cost"),
  ];
  return [
    ...drafts.ofKind("Provider").flatMap((draft) => {
      if (!reservedNames.has(draft.name)) return [];
      const finding = { path: ["metadata", "name"], problem: `"${draft.name}" is one of Sluice's own paths` };
      return [problemIn(draft, { ...finding, hint: `not one of ${[...reservedNames].join(", ")}` })];
    }),
    ...selectIn(drafts, "Provider", "spec.timeouts.*").flatMap(checkTimeout),
    ...money.flatMap(checkMoney),
    ...["spec.speaks", "spec.models.*.speaks"].flatMap((place) =>
      selectIn(drafts, "Provider", place).flatMap(checkSpeaks),
    ),
  ];
}

function checkTimeout({ draft, path, node }: Spot): readonly Problem[] {
  const ms = node.kind === "scalar" ? parseDurationMs(String(node.value)) : undefined;
  return ms === undefined || ms <= timeoutMsMax
    ? []
    : [problemIn(draft, { path, problem: "is longer than 24h" })];
}

function checkMoney({ draft, path, node }: Spot): readonly Problem[] {
  if (node.kind !== "scalar" || parseNanoUsd(node.value) !== undefined) return [];
  return [
    problemIn(draft, { path, problem: "is not an amount in whole nano-dollars", hint: "at most 9 decimals" }),
  ];
}

function checkSpeaks({ draft, path }: Spot): readonly Problem[] {
  const api = spokenApis.find((name) => name === stringAt(draft.root, ["spec", "api"]));
  if (api === undefined || apiOf(api).chatForms !== undefined) return [];
  const problem = `chooses between two ways to chat, and api: ${api} has one`;
  return [problemIn(draft, { path, problem, hint: "leave it out" })];
}
