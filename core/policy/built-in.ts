// Owns what holds where no policy file says anything, in the files' own terms. Knows nothing of what the
// fields do.

import type { Draft } from "./draft.ts";
import type { Located, LocatedMap } from "./located.ts";
import { locate, select } from "./located.ts";
import { escalationDefaults } from "./schema/escalation.ts";

const nowhere = { file: "built in", line: 0 };

const limit = {
  by: [],
  mode: "enforce",
  status: 429,
  onExceeded: "refuse",
  onCut: "end",
  onStoreLoss: "closed",
  consistency: "fast",
};
const downgrade = { at: 100 };
const wrapUp = {
  at: 80,
  text: "You are near the limit of what this work may use. Finish now with what you have.",
};
const loops = { sameCall: 3, cycles: 3, cycleLength: 4, sameError: 3, action: "refuse" };

/** 10,000 characters and 10 s are the field's; what nobody calls harmless may not happen twice. */
const tool = {
  maxArgsChars: 10_000,
  body: "raw",
  timeout: "10s",
  maxResult: "4MiB",
  effect: "write",
  errors: "sanitize",
};

const guard = {
  mode: "enforce",
  onFailure: "closed",
  onUninspectable: "refuse",
  stream: "hold",
  escalate: false,
};

const mcpServer = {
  recheck: "60s",
  arguments: "block",
  timeouts: { connect: "5s", firstByte: "60s", idle: "5m", total: "10m" },
  maxMessage: "4MiB",
  maxProcesses: 16,
};

const builtIn: Readonly<Record<string, readonly { readonly at: string; readonly values: unknown }[]>> = {
  Provider: [
    {
      at: "spec",
      values: { timeouts: { connect: "5s", firstByte: "30s", idle: "60s", total: "10m" } },
    },
  ],
  Model: [{ at: "spec", values: { strategy: "priority" } }],
  Agent: [
    {
      at: "spec",
      values: {
        errors: "sanitize",
        onUnattributed: "share",
        stored: { owner: "user", unknown: "refuse" },
        invalidCalls: "block",
      },
    },
    { at: "spec.loops", values: loops },
    { at: "spec.limits.*", values: limit },
    { at: "spec.limits.*.downgrade", values: downgrade },
    { at: "spec.limits.*.wrapUp", values: wrapUp },
    { at: "spec.guards.*", values: { sample: 1 } },
    { at: "spec.escalation", values: escalationDefaults.escalation },
    { at: "spec.escalation.webhook", values: escalationDefaults.webhook },
    { at: "spec.escalation.highStakes", values: escalationDefaults.highStakes },
  ],
  Guard: [{ at: "spec", values: guard }],
  McpServer: [
    { at: "spec", values: mcpServer },
    { at: "spec.limits.*", values: limit },
  ],
  Tool: [
    { at: "spec", values: tool },
    { at: "spec.limits.*", values: limit },
  ],
  Limit: [
    { at: "spec", values: limit },
    { at: "spec.downgrade", values: downgrade },
    { at: "spec.wrapUp", values: wrapUp },
  ],
};

/** The draft with what it leaves out; nothing it says is touched. */
export function fillIn(draft: Draft): Draft {
  let root: Located = draft.root;
  for (const { at, values } of builtIn[draft.kind] ?? []) {
    for (const { path } of select(root, at)) root = fillAt(root, path.map(String), locate(values, nowhere));
  }
  return { ...draft, root: root as LocatedMap };
}

function fillAt(node: Located, path: readonly string[], values: Located): Located {
  if (node.kind !== "map") return node;
  const [key, ...rest] = path;
  if (key === undefined) return fill(node, values);
  const child = node.members.get(key);
  if (child === undefined) return node;
  return { ...node, members: new Map(node.members).set(key, fillAt(child, rest, values)) };
}

function fill(node: LocatedMap, values: Located): LocatedMap {
  const members = new Map(node.members);
  for (const [key, value] of values.kind === "map" ? values.members : []) {
    const own = members.get(key);
    if (own === undefined) members.set(key, value);
    else if (own.kind === "map") members.set(key, fill(own, value));
  }
  return { ...node, members };
}
