// Owns `sluice guard scan`: one line out for each line in, in their order. Judges no text itself.

import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Finding } from "../../core/contracts/guard.ts";
import { type ScanMeans, scanText } from "../../core/filters/guards/scan.ts";
import { readLines } from "./lines.ts";
import { readRow, type Surroundings } from "./rows.ts";

export interface ScanRun {
  readonly means: ScanMeans;
  readonly around: Surroundings;
  readonly input: Readable;
  readonly output: Writable;
}

/** How many lines could not be read. One text at a time: nobody reads on where nobody takes the answers. */
export async function scanLines({ means, around, input, output }: ScanRun): Promise<number> {
  let badCount = 0;
  for await (const line of readLines(input)) {
    const row = readRow(line, around);
    let said: object;
    if ("problem" in row) {
      badCount += 1;
      said = { id: null, error: row.problem };
    } else {
      const { action, findings, text } = await scanText(row.text, row.source, means);
      said = { id: row.id, action, findings: findings.map(plainFinding), text };
    }
    if (!output.write(`${JSON.stringify(said)}\n`)) await once(output, "drain");
  }
  return badCount;
}

function plainFinding({ type, start, end, score, method, message }: Finding): object {
  return { type, start, end, score, method, ...(message === undefined ? {} : { message }) };
}
