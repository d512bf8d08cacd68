// Owns telling where every effective value of a document comes from, as plain data. Prints nothing.

import type { ProviderApi } from "../contracts/policy.ts";
import { type PriceTable, readPriceTable } from "../prices/table.ts";
import { assemble } from "./assemble.ts";
import { closestName } from "./closest.ts";
import type { Draft } from "./draft.ts";
import { explainPrice } from "./explain-prices.ts";
import { readSources } from "./files.ts";
import { leavesOf, nodeAt, select, stringAt, toPlain } from "./located.ts";
import { formatPath } from "./problem.ts";
import { secretShapeAt } from "./secret-shape.ts";

/**
 * `file` is `built in`, or names the bundled prices, and `line` is 0 where no policy file says it. Empty
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
  if (draft !== undefined) {
    const bundled = draft.kind === "Provider" ? explainBundled(draft, await readPriceTable()) : [];
    return { ok: true, values: [...explainDraft(draft), ...bundled] };
  }
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

/** What models cost that have no price of their own in the file. */
function explainBundled(draft: Draft, table: PriceTable): readonly ExplainedValue[] {
  const api = stringAt(draft.root, ["spec", "api"]) as ProviderApi;
  const baseUrl = stringAt(draft.root, ["spec", "baseUrl"]) ?? "";
  return select(draft.root, "spec.models.*").flatMap(({ path, node }) => {
    if (nodeAt(node, ["price"]) !== undefined) return [];
    const price = table.find({ api, baseUrl }, String(path.at(-1)));
    if (price?.origin.kind !== "bundled") return [];
    const file = `bundled prices of ${price.origin.date}: ${price.origin.entry}`;
    const at = `${formatPath(path)}.price`;
    return explainPrice(price).map((part) => ({
      path: `${at}.${part.path}`,
      value: part.value,
      file,
      line: 0,
    }));
  });
}
