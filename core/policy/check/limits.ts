// Owns that each limit says one thing and says all of it. Knows nothing of counters.

import type { Meter, Problem } from "../../contracts/policy.ts";
import { depthMost } from "../../limits/depth.ts";
import { fixedWindowMsMax } from "../../limits/window.ts";
import type { Drafts, Finding } from "../draft.ts";
import { problemIn, selectIn, selectInAgents } from "../draft.ts";
import type { Located, LocatedMap } from "../located.ts";
import { childAt, stringAt } from "../located.ts";
import { meters } from "../schema/limit.ts";
import { parseDurationMs, parseNanoUsd } from "../units.ts";
import { checkActions, checkMatch } from "./limit-actions.ts";

const overlayHint = "an overlay takes the other one away with null";

/** Held at the same time, or counted within one task's own tree: no clock belongs to them. */
const timeless: ReadonlySet<Meter> = new Set(["concurrency", "depth"]);

export function checkLimits(drafts: Drafts): readonly Problem[] {
  const spots = [
    ...selectInAgents(drafts, "limits.*"),
    ...selectIn(drafts, "Tool", "spec.limits.*"),
    ...selectIn(drafts, "McpServer", "spec.limits.*"),
    ...selectIn(drafts, "Limit", "spec"),
  ];
  return spots.flatMap(({ draft, path, node }) => {
    const findings = node.kind === "map" ? checkLimit(node) : [];
    return findings.map((finding) => problemIn(draft, { ...finding, path: [...path, ...finding.path] }));
  });
}

function checkLimit(limit: LocatedMap): readonly Finding[] {
  const counted = meters.filter((meter) => limit.members.has(meter));
  const meter = counted[0];
  if (meter === undefined || counted.length > 1) {
    const hint = counted.length === 0 ? `one of ${meters.join(", ")}` : overlayHint;
    return [{ path: [], problem: `must count exactly one thing, not ${listed(counted)}`, hint }];
  }
  return [
    ...checkAmount(limit, meter),
    ...checkWindow(limit, meter),
    ...checkBurst(limit, meter),
    ...checkActions(limit, meter),
    ...checkMatch(limit),
    ...checkByHost(limit, meter),
  ];
}

/** Of what passes to a host nothing else is known. */
function checkByHost(limit: LocatedMap, meter: Meter): readonly Finding[] {
  const by = limit.members.get("by");
  const names = by?.kind === "list" ? by.items : [];
  const at = names.findIndex((each) => each.kind === "scalar" && each.value === "host");
  if (at < 0 || meter === "requests" || meter === "concurrency") return [];
  const hint = "by host are counted requests and concurrency";
  return [{ path: ["by", at], problem: `does not go with ${meter}`, hint }];
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(" and ");
}

function numberAt(node: Located, key: string): number | undefined {
  const found = childAt(node, key);
  return found?.kind === "scalar" && typeof found.value === "number" ? found.value : undefined;
}

function checkAmount(limit: LocatedMap, meter: Meter): readonly Finding[] {
  if (meter === "depth") return checkDepth(limit);
  if (meter !== "usd") return [];
  const nano = parseNanoUsd(stringAt(limit, [meter]) ?? numberAt(limit, meter));
  return nano === undefined || nano > 0 ? [] : [{ path: [meter], problem: "must be more than nothing" }];
}

/** Each call has its own depth: there is no counter that could be one's own. */
function checkDepth(limit: LocatedMap): readonly Finding[] {
  const isDeep = (numberAt(limit, "depth") ?? 0) > depthMost;
  const deep = { path: ["depth"], problem: `is more than ${depthMost}, and no call goes deeper` };
  const scoped = { path: ["by"], problem: "does not go with depth", hint: "say with match where it holds" };
  const by = limit.members.get("by");
  const isScoped = by?.kind === "list" && by.items.length > 0;
  return [...(isDeep ? [deep] : []), ...(isScoped ? [scoped] : [])];
}

function checkWindow(limit: LocatedMap, meter: Meter): readonly Finding[] {
  const window = limit.members.get("window");
  if (window === undefined) {
    const isComplete = timeless.has(meter) || meter === "wallClock";
    return isComplete
      ? []
      : [{ path: ["window"], problem: "is missing", hint: "such as window: { sliding: 1m }" }];
  }
  if (timeless.has(meter)) {
    return [{ path: ["window"], problem: `does not go with ${meter}`, hint: "it is counted at each moment" }];
  }
  if (window.kind !== "map") return [];
  const named = ["fixed", "sliding", "calendar", "life"].filter((kind) => window.members.has(kind));
  if (named.length !== 1) {
    const problem = `must be exactly one of fixed, sliding, calendar and life, not ${listed(named)}`;
    return [{ path: ["window"], problem, hint: overlayHint }];
  }
  return [...checkKind(meter, named[0]), ...checkFixed(window), ...checkZone(window, named[0] ?? "")];
}

/** Requests come one at a time; everything else may come to less than was taken. */
function checkKind(meter: Meter, kind: string | undefined): readonly Finding[] {
  const path = ["window", kind ?? ""];
  if (kind === "fixed" && meter !== "requests") {
    return [{ path, problem: `does not go with ${meter}`, hint: "use sliding or calendar" }];
  }
  if (kind !== "life" && meter === "wallClock") {
    return [
      { path, problem: "does not go with wallClock", hint: "leave the window out: it is a task's life" },
    ];
  }
  return [];
}

/** rate-limiter-flexible forgets a window in memory by a timer, and no timer is longer. */
function checkFixed(window: LocatedMap): readonly Finding[] {
  const lengthMs = parseDurationMs(stringAt(window, ["fixed"]) ?? "");
  if (lengthMs === undefined || lengthMs <= fixedWindowMsMax) return [];
  return [
    { path: ["window", "fixed"], problem: "is longer than 24 days", hint: "count in a sliding window" },
  ];
}

function checkZone(window: LocatedMap, kind: string): readonly Finding[] {
  const zone = stringAt(window, ["zone"]);
  if (zone === undefined) return [];
  const path = ["window", "zone"];
  if (kind !== "calendar") return [{ path, problem: `does not go with ${kind}`, hint: "only with calendar" }];
  return isTimeZone(zone)
    ? []
    : [{ path, problem: "is not a time zone", hint: "such as UTC or Europe/Berlin" }];
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function checkBurst(limit: LocatedMap, meter: Meter): readonly Finding[] {
  const burst = numberAt(limit, "burst");
  if (burst === undefined) return [];
  const window = limit.members.get("window");
  if (window?.kind !== "map" || !window.members.has("sliding")) {
    return [{ path: ["burst"], problem: "goes with a sliding window only" }];
  }
  const amount = numberAt(limit, meter);
  if (amount === undefined || burst <= amount) return [];
  return [{ path: ["burst"], problem: `is more than ${meter}, so it would never be reached` }];
}
