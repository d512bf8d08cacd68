// Owns making a policy's guards: which detector each has, and the rules an agent's exchanges pass. The only
// reader of the detectors' registry.

import { dirname } from "node:path";
import type { Detector, Guard, GuardMeans, Stage } from "../contracts/guard.ts";
import type { GuardSpec } from "../contracts/guard-spec.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { AgentSpec, Policy } from "../contracts/policy.ts";
import type { GuardRule } from "../filters/guards/rule.ts";
import { detectors } from "../guards/index.ts";
import { ConfigSchema } from "./schema/config.ts";

export const detectorNames: readonly string[] = Object.keys(detectors);

export function findDetector(name: string): Detector | undefined {
  return detectors[name];
}

const schemas = new Map<string, ConfigSchema>();

/** Throws for a detector nobody knows. */
export function configSchemaOf(name: string): ConfigSchema {
  const known = schemas.get(name);
  if (known !== undefined) return known;
  const detector = findDetector(name);
  if (detector === undefined) throw new RangeError(`no such detector: ${name}`);
  const schema = new ConfigSchema(detector.config);
  schemas.set(name, schema);
  return schema;
}

/** What it leaves out is as the detector's schema says. */
export function fillConfig(name: string, config: JsonObject): JsonObject {
  return configSchemaOf(name).fill(config);
}

/** Guards of one spec are made once: they may hold models, connections and caches. */
const made = new WeakMap<GuardSpec, Guard>();

export interface GuardsWhere {
  readonly environment: GuardMeans["environment"];
  readonly stages: readonly Stage[];
}

/** Of the agent's guards those that look at one of these stages, in the policy's order. */
export function agentGuards(
  { guards }: Policy,
  agent: Pick<AgentSpec, "guards">,
  { environment, stages }: GuardsWhere,
): readonly GuardRule[] {
  return [...agent.guards.values()].flatMap((use) => {
    const spec = guards.get(use.guard);
    const on = new Set(use.on.filter((stage) => stages.includes(stage)));
    if (spec === undefined || on.size === 0) return [];
    const { name, mode = spec.mode, sample } = use;
    const { action, onFailure, stream, escalates } = spec;
    const detector = findDetector(spec.detector);
    if (detector === undefined) throw new RangeError(`no such detector: ${spec.detector}`);
    const { code, isWhole, ignoresMedia } = detector;
    const onUninspectable = ignoresMedia === true ? "ignore" : spec.onUninspectable;
    const guard = makeGuard(spec, detector, environment);
    const what = { name, guard, on, action, mode, sample, code, isWhole };
    return [{ ...what, onFailure, onUninspectable, stream, escalates }];
  });
}

function makeGuard(spec: GuardSpec, detector: Detector, environment: GuardMeans["environment"]): Guard {
  const known = made.get(spec);
  if (known !== undefined) return known;
  const guard = detector.create(spec.config, { directory: dirname(spec.origin.file), environment });
  made.set(spec, guard);
  return guard;
}
