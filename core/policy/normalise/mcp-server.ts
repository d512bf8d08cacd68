// Owns a checked McpServer's spec, and that of its use by an agent. Starts nothing and asks nobody.

import { dirname, resolve } from "node:path";
import type { AccessLists, McpServerSpec, McpUpstream, McpUseSpec } from "../../contracts/mcp-spec.ts";
import type { Draft } from "../draft.ts";
import { toEndpoint } from "../endpoint.ts";
import { nearestNode, type Path } from "../located.ts";
import type { LockFiles } from "../locks.ts";
import type { AccessDocument, McpServerDocument, McpUseDocument } from "../schema/mcp-server.ts";
import { parseBytes, parseDurationMs } from "../units.ts";
import { toApproval } from "./approval.ts";
import { documentOf, type Identity, identityOf, mapValues, proven, toSecretSource } from "./checked.ts";
import { toLimitSpec } from "./limit.ts";
import { toToolCredential } from "./tool-credential.ts";

export function toMcpServerSpec(draft: Draft, locks: LockFiles): McpServerSpec {
  const { spec } = documentOf<McpServerDocument>(draft);
  const { timeouts } = spec;
  const ms = (text: string): number => proven(parseDurationMs(text));
  return {
    ...identityOf(draft),
    upstream: toUpstream(draft, spec),
    credential: toToolCredential(draft, spec.credential, { resource: resourceOf(spec) }),
    access: toAccess(spec),
    approval: toApprovals(draft, ["spec"], spec),
    limits: mapValues(spec.limits, (limit, name) =>
      toLimitSpec({ name, origin: nearestNode(draft.root, ["spec", "limits", name]).at }, limit),
    ),
    lock: spec.lock === undefined ? undefined : lockOf(draft, spec.lock, locks),
    lockFile: spec.lock === undefined ? undefined : lockPath(draft, spec.lock),
    recheckMs: ms(spec.recheck),
    onMisfit: spec.arguments,
    timeouts: {
      connectMs: ms(timeouts.connect),
      firstByteMs: ms(timeouts.firstByte),
      idleMs: ms(timeouts.idle),
      totalMs: ms(timeouts.total),
    },
    messageBytesMax: proven(parseBytes(spec.maxMessage)),
    processesMax: spec.maxProcesses,
    origins: (spec.origins ?? []).map((origin) => new URL(origin).origin),
    hosts: spec.hosts ?? [],
  };
}

/** As MCP has it: without a slash at the end. */
function resourceOf({ url }: McpServerDocument["spec"]): string | undefined {
  if (url === undefined) return undefined;
  const { origin, basePath } = toEndpoint(url);
  return origin + basePath;
}

function toUpstream(draft: Draft, spec: McpServerDocument["spec"]): McpUpstream {
  if (spec.command !== undefined) {
    const environment = mapValues(spec.environment, (source, name) =>
      proven(toSecretSource(draft, ["spec", "environment", name], source)),
    );
    return { kind: "stdio", command: spec.command, environment };
  }
  const endpoint = toEndpoint(proven(spec.url));
  return { kind: "http", endpoint, transport: spec.transport ?? "streamable" };
}

function lockOf(draft: Draft, name: string, locks: LockFiles): McpServerSpec["lock"] {
  const found = locks.get(lockPath(draft, name));
  return proven(found?.kind === "lock" ? found.lock : undefined);
}

/** A relative file starts at the policy file that names it. */
export function lockPath(draft: Draft, name: string): string {
  return resolve(dirname(nearestNode(draft.root, ["spec", "lock"]).at.file), name);
}

export function toMcpUse(draft: Draft, identity: Identity, document: McpUseDocument): McpUseSpec {
  const approval = toApprovals(draft, ["spec", "mcpServers", identity.name], document);
  return { ...identity, access: toAccess(document), approval };
}

function toApprovals(draft: Draft, path: Path, { approval }: McpUseDocument): McpUseSpec["approval"] {
  return mapValues(approval, (document, tool) => toApproval(draft, [...path, "approval", tool], document));
}

function toAccess({ tools, resources, prompts }: McpUseDocument): AccessLists {
  const list = ({ allow, deny = [] }: AccessDocument = {}) => ({ allow, deny });
  return { tools: list(tools), resources: list(resources), prompts: list(prompts) };
}
