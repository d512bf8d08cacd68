// Owns the 1,126 real usage bodies with what genai-prices extracts of them and what they cost. Knows no
// dialect.

import { readFileSync } from "node:fs";
import type { JsonValue } from "../../../core/contracts/json.ts";
import { sharedPath } from "../../shared-data.ts";

export type UsageBody = { readonly [name: string]: JsonValue };

export interface UsageRow {
  readonly model?: string;
  readonly body: UsageBody;
  readonly extracted: readonly Extraction[];
}

/** Several vendors' rules may find the same counts in one body. */
export interface Extraction {
  readonly usage: Readonly<Record<string, number>>;
  readonly extractors: readonly {
    readonly provider_id: string;
    readonly api_flavor: string;
    readonly input_price?: string;
    readonly output_price?: string;
    readonly total_price?: string;
  }[];
}

export function readUsageRows(): readonly UsageRow[] | undefined {
  const path = sharedPath("prices/usages.json");
  return path === undefined ? undefined : JSON.parse(readFileSync(path, "utf8"));
}
