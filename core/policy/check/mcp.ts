// Owns that what is said of MCP servers can be kept: one way to reach each, a lock that is there, limits that
// are counted. Asks no server.

import type { Problem } from "../../contracts/policy.ts";
import type { Draft, Drafts, Finding } from "../draft.ts";
import { problemIn, selectIn } from "../draft.ts";
import { nodeAt, stringAt } from "../located.ts";
import type { LockFiles } from "../locks.ts";
import { lockPath } from "../normalise/mcp-server.ts";
import { meters } from "../schema/limit.ts";
import { parseBytes, parseDurationMs } from "../units.ts";

const timeoutMsMax = 24 * 3_600_000;
const messageBytesMax = 64 * 1024 * 1024;
/** What is counted of a call before it is made. */
const countedHere: ReadonlySet<string> = new Set(["requests", "concurrency"]);
/** Of programs only, and of URLs only. */
const withCommand = ["environment", "maxProcesses"] as const;
const withUrl = ["transport", "credential"] as const;

export function checkMcp(drafts: Drafts, locks: LockFiles): readonly Problem[] {
  return [
    ...drafts
      .ofKind("McpServer")
      .flatMap((draft) =>
        [
          ...checkUpstream(draft),
          ...checkTokens(draft),
          ...checkLock(draft, locks),
          ...checkSizes(draft),
        ].map((finding) => problemIn(draft, finding)),
      ),
    ...selectIn(drafts, "McpServer", "spec.limits.*").flatMap(({ draft, path, node }) => {
      if (node.kind !== "map") return [];
      const unfit = meters.filter((meter) => node.members.has(meter) && !countedHere.has(meter));
      return unfit.map((meter) =>
        problemIn(draft, {
          path: [...path, meter],
          problem: "is not counted on calls of an MCP server's tools",
          hint: "requests or concurrency",
        }),
      );
    }),
    ...selectIn(drafts, "McpServer", "spec.timeouts.*").flatMap(({ draft, path, node }) => {
      const ms = node.kind === "scalar" ? parseDurationMs(String(node.value)) : undefined;
      if (ms === undefined || ms <= timeoutMsMax) return [];
      return [problemIn(draft, { path, problem: "is longer than 24h" })];
    }),
  ];
}

function checkUpstream({ root }: Draft): readonly Finding[] {
  const has = (name: string): boolean => nodeAt(root, ["spec", name]) !== undefined;
  if (has("url") === has("command")) {
    const problem = has("url") ? "has both url and command" : "has neither url nor command";
    return [{ path: ["spec"], problem, hint: "one of them says how the server is reached" }];
  }
  const [unfit, what] = has("url") ? [withCommand, "command"] : [withUrl, "url"];
  return unfit.filter(has).flatMap((name) => {
    const isBuiltIn = nodeAt(root, ["spec", name])?.at.line === 0;
    return isBuiltIn ? [] : [{ path: ["spec", name], problem: `goes with ${what} only` }];
  });
}

function checkTokens({ root }: Draft): readonly Finding[] {
  const path = ["spec", "credential", "oauth2"];
  const has = (name: string): boolean => nodeAt(root, [...path, name]) !== undefined;
  if (nodeAt(root, path) === undefined || has("tokenUrl") !== has("authorizationServers")) return [];
  const problem = has("tokenUrl")
    ? "has both tokenUrl and authorizationServers"
    : "says not where tokens are";
  return [{ path, problem, hint: "tokenUrl, or authorizationServers that the server may name" }];
}

function checkLock(draft: Draft, locks: LockFiles): readonly Finding[] {
  const name = stringAt(draft.root, ["spec", "lock"]);
  if (name === undefined) return [];
  const path = ["spec", "lock"];
  const found = locks.get(lockPath(draft, name));
  if (found === undefined) {
    const hint = `write it with: sluice mcp lock --policies DIR --server ${draft.name}`;
    return [{ path, problem: "names no lock file below the policy directories", hint }];
  }
  return found.kind === "lock" ? [] : [{ path, problem: `names a file that ${found.problem}` }];
}

function checkSizes({ root }: Draft): readonly Finding[] {
  const bytes = parseBytes(stringAt(root, ["spec", "maxMessage"]) ?? "");
  if (bytes === undefined || bytes <= messageBytesMax) return [];
  return [{ path: ["spec", "maxMessage"], problem: "is larger than 64MiB" }];
}
