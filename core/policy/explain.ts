// Owns telling where every effective value of a document comes from, as plain data. Prints nothing.

import { assemble } from "./assemble.ts";
import { closestName } from "./closest.ts";
import type { Draft } from "./draft.ts";
import { readSources } from "./files.ts";
import { leavesOf, toPlain } from "./located.ts";
import { formatPath } from "./problem.ts";
import { secretShapeAt } from "./secret-shape.ts";

/**
 * `file` is `built in` and `line` 0 where no policy file says it. Empty lists and maps stand for
 * themselves.
 */
export interface ExplainedValue {
  readonly path: string;
  readonly value: unknown;
  readonly file: string;
  readonly line: number;
}

export type Explanation =
  | { readonly ok: true; readonly values: readonly ExplainedValue[] }
  | { readonly ok: false; readonly problem: string; readonly hint: string };

/**
 * `reference` is `Agent/search`, or `search` alone for an agent. Works on policies that have problems,
 * too.
 */
export async function explainPolicy(dirs: readonly string[], reference: string): Promise<Explanation> {
  const sources = await readSources(dirs);
  const { drafts } = assemble(sources.files);
  const cut = reference.indexOf("/");
  const wanted = cut > 0 ? reference : `Agent/${reference}`;
  const draft = drafts.all.find(({ kind, name }) => `${kind}/${name}` === wanted);
  if (draft !== undefined) return { ok: true, values: explainDraft(draft) };
  const closest = closestName(
    wanted,
    drafts.all.map(({ kind, name }) => `${kind}/${name}`),
  );
  return {
    ok: false,
    problem: `there is no ${wanted} in these directories`,
    hint: closest === undefined ? "" : `did you mean ${closest}?`,
  };
}

export function explainDraft(draft: Draft): readonly ExplainedValue[] {
  return leavesOf(draft.root).map(({ path, node }) => {
    const value = toPlain(node);
    const isSecret = typeof value === "string" && secretShapeAt(path, value) !== undefined;
    return { path: formatPath(path), value: isSecret ? "[redacted]" : value, ...node.at };
  });
}
