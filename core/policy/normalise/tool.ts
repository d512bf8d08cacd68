// Owns a checked Tool's spec. Compiles no schema and calls nothing.

import { rcompare } from "semver";
import type { ToolService, ToolSpec, ToolUrl } from "../../contracts/policy.ts";
import type { Draft } from "../draft.ts";
import { nearestNode } from "../located.ts";
import type { ToolDocument } from "../schema/tool.ts";
import { parseBytes, parseDurationMs, parseNanoUsd } from "../units.ts";
import { toApproval } from "./approval.ts";
import { documentOf, identityOf, mapValues, proven } from "./checked.ts";
import { toLimitSpec } from "./limit.ts";
import { toToolCredential, toToolUrl } from "./tool-credential.ts";

/** By name: all versions, the latest first. */
export function toToolSpecs(drafts: readonly Draft[]): ReadonlyMap<string, readonly ToolSpec[]> {
  const byName = Map.groupBy(drafts.map(toToolSpec), ({ name }) => name);
  for (const versions of byName.values()) versions.sort((a, b) => rcompare(a.version, b.version));
  return byName;
}

function toToolSpec(draft: Draft): ToolSpec {
  const { spec } = documentOf<ToolDocument>(draft);
  const { version, description, parameters, maxArgsChars, endpoint } = spec;
  const service = endpoint === undefined ? undefined : toService(draft, spec, toToolUrl(endpoint));
  return { ...identityOf(draft), version, description, parameters, argsCharsMax: maxArgsChars, service };
}

/** A day: longer than any caller goes on trying. */
const idempotencyMsDefault = 24 * 3_600_000;

function toService(draft: Draft, spec: ToolDocument["spec"], endpoint: ToolUrl): ToolService {
  const { body, returns, effect, operations = [], errors } = spec;
  return {
    ...{ endpoint, body, returns, effect, operations, errors },
    health: spec.health === undefined ? undefined : toToolUrl(spec.health),
    credential: toToolCredential(draft, spec.credential),
    timeoutMs: proven(parseDurationMs(spec.timeout)),
    resultBytesMax: proven(parseBytes(spec.maxResult)),
    limits: mapValues(spec.limits, (limit, name) => {
      const origin = nearestNode(draft.root, ["spec", "limits", name]).at;
      return toLimitSpec({ name: limitName(draft.name, name), origin }, limit);
    }),
    idempotencyMs: toIdempotency(spec),
    approval: spec.approval && toApproval(draft, ["spec", "approval"], spec.approval),
    costNanoUsd: spec.cost === undefined ? 0 : proven(parseNanoUsd(spec.cost)),
  };
}

/** No Limit of an agent or of all can be called so: neither may hold a colon. */
function limitName(tool: string, limit: string): string {
  return `tool:${tool}:${limit}`;
}

function toIdempotency({ effect, idempotency }: ToolDocument["spec"]): number | undefined {
  if (effect === "read") return undefined;
  return idempotency === undefined ? idempotencyMsDefault : proven(parseDurationMs(idempotency));
}
