// Owns that a tool can be called as the policy says: what belongs to an endpoint, headers that are ours to
// write, limits that its calls draw on. Calls none.

import type { Problem } from "../../contracts/policy.ts";
import type { Draft, Drafts, Finding, Spot } from "../draft.ts";
import { problemIn, selectIn, selectInAgents } from "../draft.ts";
import { childAt, nodeAt, select, stringAt } from "../located.ts";
import { meters } from "../schema/limit.ts";
import { parseBytes, parseDurationMs } from "../units.ts";

/** What only a tool that is called through Sluice has. */
const ofService = [
  ...["body", "returns", "health", "credential", "timeout", "maxResult", "limits", "effect"],
  ...["idempotency", "cost", "operations", "errors"],
] as const;

const timeoutMsMax = 10 * 60_000;
const idempotencyMsMax = 30 * 24 * 3_600_000;
/** What one answer may be anywhere in Sluice. */
const resultBytesMax = 32 * 1024 * 1024;
/** They travel in a token of 4 KiB. */
const operationsCharsMax = 1_024;

/** Ours to write, or the connection's. */
const ownHeaders =
  /^((x-sluice|mcp|content)-.*|x-agent-id|x-request-id|idempotency-key|accept.*|last-event-id|host)$/;
const ofConnection = /^(connection|te|trailer|transfer-encoding|upgrade|expect|keep-alive|proxy-.*|cookie)$/;

export function checkToolServices(drafts: Drafts): readonly Problem[] {
  return [
    ...drafts.ofKind("Tool").flatMap((draft) => checkService(draft).map((each) => problemIn(draft, each))),
    ...selectIn(drafts, "Tool", "spec.credential.apiKey.header").flatMap(checkHeader),
    ...selectIn(drafts, "McpServer", "spec.credential.apiKey.header").flatMap(checkHeader),
    ...selectInAgents(drafts, "registeredTools.*.credential.apiKey.header").flatMap(checkHeader),
    ...selectIn(drafts, "Tool", "spec.limits.*").flatMap(checkToolLimit),
    ...selectInAgents(drafts, "limits.*").flatMap(checkByTool),
    ...selectIn(drafts, "Limit", "spec").flatMap(checkByTool),
    ...drafts.ofKind("Agent").flatMap(checkOperations),
  ];
}

function checkService({ root }: Draft): readonly Finding[] {
  if (nodeAt(root, ["spec", "endpoint"]) !== undefined) {
    return [
      ...checkDuration(root, "timeout", timeoutMsMax),
      ...checkDuration(root, "idempotency", idempotencyMsMax),
      ...checkSize(root),
      ...checkIdempotency(root),
    ];
  }
  return ofService.flatMap((field) => {
    const node = nodeAt(root, ["spec", field]);
    // What is built in stands on no line.
    if (node === undefined || node.at.line === 0) return [];
    const problem = "goes with an endpoint only: the tool is not called through Sluice";
    return [{ path: ["spec", field], problem, hint: "add endpoint, or leave it out" }];
  });
}

function checkDuration(root: Draft["root"], field: string, msMax: number): readonly Finding[] {
  const ms = parseDurationMs(stringAt(root, ["spec", field]) ?? "");
  if (ms === undefined || ms <= msMax) return [];
  const most = msMax === timeoutMsMax ? "10m" : "30d";
  return [{ path: ["spec", field], problem: `is longer than ${most}` }];
}

function checkSize(root: Draft["root"]): readonly Finding[] {
  const bytes = parseBytes(stringAt(root, ["spec", "maxResult"]) ?? "");
  if (bytes === undefined || bytes <= resultBytesMax) return [];
  return [{ path: ["spec", "maxResult"], problem: "is more than 32MiB" }];
}

function checkIdempotency(root: Draft["root"]): readonly Finding[] {
  const isRead = stringAt(root, ["spec", "effect"]) === "read";
  if (!isRead || nodeAt(root, ["spec", "idempotency"]) === undefined) return [];
  const problem = "goes with effect: write only: a read may be made twice";
  return [{ path: ["spec", "idempotency"], problem, hint: "leave it out" }];
}

function checkHeader({ draft, path, node }: Spot): readonly Problem[] {
  const name = node.kind === "scalar" ? String(node.value).toLowerCase() : "";
  if (!ownHeaders.test(name) && !ofConnection.test(name)) return [];
  const problem = "is a header that Sluice or the connection writes";
  return [problemIn(draft, { path, problem, hint: "such as x-api-key or authorization" })];
}

/** What a call of a tool draws on, and whose a counter of a tool may be. */
const toolMeters: ReadonlySet<string> = new Set(["requests", "concurrency", "usd"]);
const notOfTools: ReadonlySet<string> = new Set(["model", "provider", "host", "address"]);

function checkToolLimit({ draft, path, node }: Spot): readonly Problem[] {
  const findings: Finding[] = meters
    .filter((meter) => childAt(node, meter) !== undefined && !toolMeters.has(meter))
    .map((meter) => ({ path: [meter], problem: "is nothing that calls of a tool use", hint: counts }));
  if (stringAt(node, ["onExceeded"]) !== "refuse") {
    findings.push({ path: ["onExceeded"], problem: "a call of a tool is refused, and nothing else" });
  }
  for (const { path: by, node: scope } of select(node, "by.*")) {
    if (scope.kind !== "scalar" || !notOfTools.has(String(scope.value))) continue;
    findings.push({ path: by, problem: "is nothing that a call of a tool has" });
  }
  return findings.map((finding) => problemIn(draft, { ...finding, path: [...path, ...finding.path] }));
}

const counts = `a tool's limits count ${[...toolMeters].join(", ")}`;

/** A model's call of a tool is counted as it is said: under no tool's name. */
function checkByTool({ draft, path, node }: Spot): readonly Problem[] {
  const by = select(node, "by.*").find((each) => each.node.kind === "scalar" && each.node.value === "tool");
  const meter = meters.find((each) => childAt(node, each) !== undefined);
  if (by === undefined || meter === undefined || toolMeters.has(meter)) return [];
  const finding = { path: [...path, ...by.path], problem: `does not go with ${meter}` };
  return [problemIn(draft, { ...finding, hint: `by tool are counted ${[...toolMeters].join(", ")}` })];
}

function checkOperations(draft: Draft): readonly Problem[] {
  const texts = select(draft.root, "spec.operations.*").map(({ node }) =>
    node.kind === "scalar" ? String(node.value) : "",
  );
  if (texts.join(" ").length <= operationsCharsMax) return [];
  const problem = `are more than ${operationsCharsMax} characters together`;
  return [problemIn(draft, { path: ["spec", "operations"], problem })];
}
