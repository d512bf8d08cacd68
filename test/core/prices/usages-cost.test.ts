// Owns the proof that every recorded use costs what its table says, to the last digit. Knows no dialect.

import { describe, expect, it } from "vitest";
import { readPriceTable } from "../../../core/prices/table.ts";
import { readUsageRows } from "./usages.ts";
import { checkCosts } from "./usages-cost.ts";

const rows = readUsageRows();

describe.skipIf(rows === undefined)("recorded uses", () => {
  it("cost what the table's own project reckons", async () => {
    const { count, problems } = checkCosts(rows ?? [], await readPriceTable());
    expect(problems).toEqual([]);
    expect(count).toBe(2526);
  });
});
