// Owns a checked Agent's spec, Defaults already in it. Knows nothing of routing or dialects.

import { rsort, satisfies } from "semver";
import type {
  AgentApi,
  AgentSpec,
  CallerRef,
  LoopSpec,
  ToolSpec,
  ToolUseSpec,
} from "../../contracts/policy.ts";
import type { Draft } from "../draft.ts";
import { toEndpoint, trimPath } from "../endpoint.ts";
import { nearestNode } from "../located.ts";
import type {
  AgentApiDocument,
  AgentDocument,
  CallerRefDocument,
  LoopsDocument,
  ToolUseDocument,
} from "../schema/agent.ts";
import { parseBytes } from "../units.ts";
import { toApproval } from "./approval.ts";
import { documentOf, type Identity, identityOf, mapValues, proven } from "./checked.ts";
import { toEgressRule } from "./egress.ts";
import { toEscalationSpec } from "./escalation.ts";
import { toGuardUse } from "./guard.ts";
import { toLimitSpec } from "./limit.ts";
import { toMcpUse } from "./mcp-server.ts";
import { toRegisteredToolUse } from "./registered-tool.ts";

type ToolVersions = ReadonlyMap<string, readonly ToolSpec[]>;

export function toAgentSpec(draft: Draft, tools: ToolVersions): AgentSpec {
  const { metadata, spec } = documentOf<AgentDocument>(draft);
  return {
    ...identityOf(draft),
    labels: new Map(Object.entries(metadata.labels ?? {})),
    endpoints: (spec.endpoints ?? []).map(toEndpoint),
    hosts: spec.hosts ?? [],
    paths: (spec.paths ?? []).map(trimPath),
    callers: (spec.callers ?? []).map(toCallerRef),
    keys: mapValues(spec.keys, (key) => key),
    api: toAgentApi(spec.api),
    models: spec.models ?? [],
    hostedTools: spec.hostedTools?.includes("*") ? "any" : (spec.hostedTools ?? []),
    metered: spec.metered ?? [],
    stored: spec.stored,
    tools:
      spec.tools &&
      mapValues(spec.tools, (use, name) =>
        toToolUse({ name, origin: nearestNode(draft.root, ["spec", "tools", name]).at }, use, {
          tools,
          approval: use.approval && toApproval(draft, ["spec", "tools", name, "approval"], use.approval),
        }),
      ),
    registeredTools: mapValues(spec.registeredTools, (use, name) => toRegisteredToolUse(draft, name, use)),
    operations: spec.operations ?? [],
    invalidCalls: spec.invalidCalls,
    mcpServers: mapValues(spec.mcpServers, (use, name) =>
      toMcpUse(draft, { name, origin: nearestNode(draft.root, ["spec", "mcpServers", name]).at }, use),
    ),
    egress: [
      ...mapValues(spec.egress, (rule, name) =>
        toEgressRule({ name, origin: nearestNode(draft.root, ["spec", "egress", name]).at }, rule),
      ).values(),
    ],
    limits: mapValues(spec.limits, (limit, name) =>
      toLimitSpec({ name, origin: nearestNode(draft.root, ["spec", "limits", name]).at }, limit),
    ),
    loops: spec.loops && toLoops(spec.loops),
    escalation: spec.escalation && toEscalationSpec(draft, spec.escalation),
    guards: mapValues(spec.guards, (use, name) =>
      toGuardUse({ name, origin: nearestNode(draft.root, ["spec", "guards", name]).at }, use),
    ),
    errors: spec.errors,
    onUnattributed: spec.onUnattributed,
  };
}

/** Without a range the latest that is no preview. */
function toToolUse(
  identity: Identity,
  { version = "*", when, arguments: rules }: ToolUseDocument,
  { tools, approval }: { readonly tools: ToolVersions } & Pick<ToolUseSpec, "approval">,
): ToolUseSpec {
  const sql = mapValues(rules, ({ dialect, tables }) => ({ dialect, tables }));
  const known = (tools.get(identity.name) ?? []).map((tool) => tool.version);
  const versions = rsort(known.filter((each) => satisfies(each, version)));
  return { ...identity, version: proven(versions[0]), versions, when, sql, approval };
}

function toLoops({ cycleLength, ...loops }: LoopsDocument): LoopSpec {
  return { ...loops, cycleLengthMax: cycleLength };
}

function toCallerRef(ref: CallerRefDocument): CallerRef {
  if (ref.caller !== undefined) return { kind: "caller", name: ref.caller };
  return ref.agent === undefined ? { kind: "anonymous" } : { kind: "agent", name: ref.agent };
}

function toAgentApi({ run, request = {}, response = {} }: AgentApiDocument = {}): AgentApi {
  return {
    runPath: run?.path,
    request: {
      schema: request.schema,
      text: request.text,
      session: request.session,
      task: request.task,
      steps: request.steps,
      tokens: request.tokens,
      bodyBytesMax: request.bodyMax === undefined ? undefined : proven(parseBytes(request.bodyMax)),
    },
    response: { text: response.text },
  };
}
