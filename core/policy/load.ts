// Owns the way from directories to one checked policy, or to everything that is wrong with them.

import type { Policy, PolicyResult, Problem } from "../contracts/policy.ts";
import { type PriceTable, readPriceTable } from "../prices/table.ts";
import { assemble } from "./assemble.ts";
import { checkDrafts } from "./check/index.ts";
import type { Sources } from "./files.ts";
import { digestSources, readSources } from "./files.ts";
import { readLockFiles, withoutMissing } from "./locks.ts";
import { normalise } from "./normalise/index.ts";
import { arrangeProblems } from "./problem.ts";
import { validateDraft } from "./schema/validate.ts";
import { findUnenforced } from "./supported.ts";
import { findWarnings } from "./warnings.ts";

export interface LoadOptions {
  /** Milliseconds since the epoch: which keys have expired. */
  readonly nowMs?: number;
  /** Lock files that are named and not there: a problem where nothing is said. */
  readonly missingLocks?: "empty";
  /** What a model costs where the policy gives no price; left out: unknown. */
  readonly prices?: PriceTable;
}

/**
 * Reads every policy file below the directories, later ones overlaying earlier ones. Never throws for bad
 * input.
 */
export async function loadPolicy(dirs: readonly string[], options: LoadOptions = {}): Promise<PolicyResult> {
  const [sources, prices] = await Promise.all([readSources(dirs), readPriceTable()]);
  return checkSources(sources, { prices, ...options });
}

/** The same from text in memory: no I/O. */
export function checkSources(sources: Sources, options: LoadOptions = {}): PolicyResult {
  const { nowMs = Date.now(), prices } = options;
  const files = sources.files.map(({ path }) => path);
  const { drafts, documentCount, ...assembly } = assemble(sources.files);
  const found = readLockFiles(sources.files);
  const locks = options.missingLocks === "empty" ? withoutMissing(found) : found;
  const problems: readonly Problem[] = [
    ...sources.problems,
    ...assembly.problems,
    ...drafts.all.flatMap(validateDraft),
    ...checkDrafts(drafts, nowMs, locks),
    ...findUnenforced(drafts),
  ];
  if (problems.length > 0) return { ok: false, problems: arrangeProblems(problems, files) };
  const specs = normalise(drafts, prices, locks);
  const policy: Policy = {
    digest: digestSources(sources.files),
    files: sources.files.map(({ path, sha256 }) => ({ path, sha256 })),
    warnings: arrangeProblems([...assembly.warnings, ...findWarnings(drafts, specs.providers)], files),
    documentCount,
    ...specs,
  };
  return { ok: true, policy };
}
