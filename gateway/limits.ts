// Owns which limits the edge counts, and when: by address, by caller, by what a body says; and time.

import type { AgentSpec, LimitSpec, Policy } from "../core/contracts/policy.ts";
import { limitsFilter } from "../core/filters/limits.ts";
import { wallClockFilter } from "../core/filters/wall-clock.ts";
import { agentLimits, isCountedAtEdge, timeLimits } from "../core/policy/limits.ts";
import { shadowEvents } from "../core/program/budget-events.ts";
import type { Equipment } from "../core/program/host.ts";
import type { GatewayParts } from "./chain.ts";

/** A task's end is the sidecar's to say: it knows the last text. It has so long to do it. */
const sidecarEndsWithinMs = 2_000;

interface EdgeLimitsOptions {
  readonly policy: Policy;
  readonly equipment: Equipment;
  /** A body says tasks and sessions. */
  readonly isBodyRead: boolean;
}

export function edgeLimits(
  agent: Pick<AgentSpec, "name" | "limits">,
  { policy, equipment, isBodyRead }: EdgeLimitsOptions,
): Pick<GatewayParts, "addressLimits" | "limits" | "bodyLimits" | "wallClock"> {
  const wanted = (place: Place) =>
    agentLimits(policy, agent, (spec) => isCountedAtEdge(spec) && placeOf(spec, { isBodyRead }) === place);
  const onShadow = shadowEvents(equipment);
  const { store } = equipment;
  const ofBodies = wanted("body");
  return {
    addressLimits: limitsFilter(wanted("address"), store, { countedAt: "open", onShadow }),
    limits: limitsFilter(wanted("caller"), store, { countedAt: "open", onShadow }),
    bodyLimits:
      ofBodies.length === 0 ? undefined : limitsFilter(ofBodies, store, { countedAt: "call", onShadow }),
    wallClock: wallClockFilter({
      specs: timeLimits(policy, agent),
      endsLaterMs: sidecarEndsWithinMs,
      onShadow,
    }),
  };
}

type Place = "address" | "caller" | "body";

/** An address needs no credential to be counted, so it is counted before one is looked at. */
function placeOf(
  { by, window, match }: LimitSpec,
  { isBodyRead }: Pick<EdgeLimitsOptions, "isBodyRead">,
): Place {
  const isOfAddress = by.length > 0 && by.every((scope) => scope === "address" || scope === "agent");
  if (isOfAddress && window?.kind !== "life" && match === undefined) return "address";
  const isOfBody =
    by.includes("task") || by.includes("session") || window?.kind === "life" || match !== undefined;
  return isBodyRead && isOfBody ? "body" : "caller";
}
