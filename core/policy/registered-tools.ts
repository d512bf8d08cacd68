// Owns which registered tools an agent may use, made into tools like the policy's own. Judges no call, asks
// no store.

import { rcompare, satisfies } from "semver";
import type {
  AgentSpec,
  LimitSpec,
  RegisteredToolUseSpec,
  ToolService,
  ToolUrl,
} from "../contracts/policy.ts";
import type { Registration } from "../contracts/tool-registry.ts";
import { toToolUrl } from "./normalise/tool-credential.ts";
import { registeredArgsCharsMax, type UsableTool, usable } from "./tools.ts";

export interface UsableRegistered {
  readonly tool: UsableTool;
  readonly use: RegisteredToolUseSpec;
  /** Of the servers that live. */
  readonly endpoints: readonly ToolUrl[];
}

/**
 * By name, the latest version first. `living`: the oldest first. Of two that say the same version of
 * themselves and are not the same, the older one holds.
 */
export function usableRegistered(
  { registeredTools }: Pick<AgentSpec, "registeredTools">,
  living: readonly Registration[],
): ReadonlyMap<string, readonly UsableRegistered[]> {
  const found = [...registeredTools.values()].flatMap((use) => {
    const fitting = living.filter((each) => isUsable(use, each));
    const byVersion = Map.groupBy(fitting, ({ definition }) => definition.version);
    const versions = [...byVersion.values()].flatMap((all) => usableVersion(use, all));
    versions.sort((a, b) => rcompare(a.tool.spec.version, b.tool.spec.version));
    return versions.length === 0 ? [] : [[use.name, versions] as const];
  });
  return new Map(found);
}

function isUsable(use: RegisteredToolUseSpec, { definition }: Registration): boolean {
  const { name, version, auth_type, endpoint } = definition;
  if (name !== use.name || !satisfies(version, use.version)) return false;
  return (auth_type === "none" || use.credential !== undefined) && isAt(use.hosts, endpoint);
}

function isAt(hosts: readonly string[], endpoint: string): boolean {
  const host = new URL(endpoint).hostname.replace(/\.$/, "");
  const fits = (named: string): boolean =>
    named.startsWith("*.") ? host.endsWith(named.slice(1)) && host.length >= named.length : host === named;
  return hosts.length === 0 || hosts.some(fits);
}

function usableVersion(
  use: RegisteredToolUseSpec,
  all: readonly Registration[],
): readonly UsableRegistered[] {
  const [first] = all;
  if (first === undefined) return [];
  const same = all.filter(({ hash }) => hash === first.hash);
  const { name, version, description, parameters } = first.definition;
  const spec = { name, origin: use.origin, version, description, parameters };
  const service = serviceOf(use, first);
  const tool = usable(
    { ...spec, argsCharsMax: registeredArgsCharsMax, service },
    {
      when: undefined,
      approval: use.approval,
    },
  );
  return [{ tool, use, endpoints: same.map(({ definition }) => toToolUrl(definition.endpoint)) }];
}

const resultBytesMax = 4 * 1024 * 1024;
const idempotencyMs = 24 * 3_600_000;

/** What a tool does not say counts as the worst: it writes, and its errors are nobody's to read. */
function serviceOf(use: RegisteredToolUseSpec, { definition }: Registration): ToolService {
  const { name, endpoint, returns, auth_type, rate_limit, timeout_ms } = definition;
  return {
    endpoint: toToolUrl(endpoint),
    body: "params",
    returns,
    health: undefined,
    credential: auth_type === "none" ? undefined : use.credential,
    timeoutMs: timeout_ms,
    resultBytesMax,
    limits: new Map([["rate", rateLimit(use, name, rate_limit)]]),
    effect: "write",
    idempotencyMs,
    approval: undefined,
    costNanoUsd: 0,
    operations: [],
    errors: "sanitize",
  };
}

function rateLimit({ origin }: RegisteredToolUseSpec, tool: string, amount: number): LimitSpec {
  return {
    ...{ name: `tool:${tool}:rate`, origin, meter: "requests", amount },
    window: { kind: "sliding", windowMs: 60_000 },
    burst: undefined,
    by: ["agent", "tool"],
    match: undefined,
    ...{ mode: "enforce", status: 429, onExceeded: "refuse", onCut: "end" },
    downgrade: undefined,
    wrapUp: undefined,
    ...{ onStoreLoss: "closed", consistency: "fast" },
  };
}
