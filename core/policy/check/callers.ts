// Owns that callers can be told apart: keys and tokens that two of them share, or that fit together wrongly.

import type { Problem } from "../../contracts/policy.ts";
import type { Draft, Drafts, Finding, Spot } from "../draft.ts";
import { problemIn, selectIn } from "../draft.ts";
import { nodeAt, select, stringAt } from "../located.ts";
import { formatOrigin } from "../problem.ts";
import { parseInstantMs } from "../units.ts";

/** Enough to change a key without a gap. */
const keysValidMax = 2;

export function checkCallers(drafts: Drafts, nowMs: number): readonly Problem[] {
  const own = drafts
    .ofKind("Caller")
    .flatMap((draft) =>
      [...checkKeys(draft, nowMs), ...checkJwt(draft)].map((finding) => problemIn(draft, finding)),
    );
  const hashes = selectIn(drafts, "Caller", "spec.apiKeys.*.sha256");
  const tokens = selectIn(drafts, "Caller", "spec.jwt");
  return [
    ...own,
    ...checkShared(hashes, ({ node }) => (node.kind === "scalar" ? String(node.value) : undefined), {
      problem: "is the hash of another key as well",
      hint: "one key, one caller",
    }),
    ...checkShared(tokens, identityOf, {
      problem: "accepts the same tokens as another caller",
      hint: "give each a subject or an audience of its own",
    }),
  ];
}

function checkKeys(draft: Draft, nowMs: number): readonly Finding[] {
  const findings: Finding[] = [];
  let valid = 0;
  for (const { path, node } of select(draft.root, "spec.apiKeys.*")) {
    const expires = stringAt(node, ["expires"]);
    const at = expires === undefined ? undefined : parseInstantMs(expires);
    if (expires !== undefined && at === undefined) {
      findings.push({
        path: [...path, "expires"],
        problem: "is not a time",
        hint: "such as 2030-01-31T00:00:00Z",
      });
    }
    if (at === undefined || at > nowMs) valid += 1;
  }
  if (valid > keysValidMax) {
    findings.push({
      path: ["spec", "apiKeys"],
      problem: `holds ${valid} keys that are valid at once; at most ${keysValidMax} may be`,
      hint: "remove the oldest, or let it expire",
    });
  }
  return findings;
}

function checkJwt(draft: Draft): readonly Finding[] {
  const path = ["spec", "jwt"];
  const jwt = nodeAt(draft.root, path);
  if (jwt?.kind !== "map" || jwt.members.has("jwksUri") !== jwt.members.has("publicKey")) return [];
  return [
    {
      path,
      problem: `needs ${jwt.members.has("jwksUri") ? "only one" : "one"} of jwksUri and publicKey`,
      hint: "the keys that verify its tokens come from one place",
    },
  ];
}

function identityOf({ node }: Spot): string | undefined {
  const [issuer, audience] = [stringAt(node, ["issuer"]), stringAt(node, ["audience"])];
  if (issuer === undefined || audience === undefined) return undefined;
  return JSON.stringify([issuer, audience, stringAt(node, ["subject"]) ?? null]);
}

function checkShared(
  spots: readonly Spot[],
  keyOf: (spot: Spot) => string | undefined,
  text: { problem: string; hint: string },
): readonly Problem[] {
  const first = new Map<string, Spot>();
  return spots.flatMap((spot) => {
    const key = keyOf(spot);
    const earlier = key === undefined ? undefined : first.get(key);
    if (key !== undefined && earlier === undefined) first.set(key, spot);
    if (earlier === undefined) return [];
    const hint = `the other is at ${formatOrigin(earlier.node.at)}; ${text.hint}`;
    return [problemIn(spot.draft, { path: spot.path, problem: text.problem, hint })];
  });
}
