// Owns `sluice guard eval`'s work: texts that others have judged go through a guard, and are counted. Prints
// nothing.

import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { JsonObject, JsonValue } from "../../core/contracts/json.ts";
import { type ScanMeans, scanText } from "../../core/filters/guards/scan.ts";
import { readLines } from "./lines.ts";
import { type Row, readRow, type Surroundings } from "./rows.ts";
import { Tally, type Verdict } from "./tally.ts";
import { readSpans, TypeTally } from "./types.ts";

export interface TrialRun {
  readonly means: ScanMeans;
  readonly around: Surroundings;
  /** Of texts that have none, nor spans: those say more than a word for all of the text. */
  readonly label: string | undefined;
  readonly files: readonly string[];
}

export interface Trials {
  readonly tally: Tally;
  readonly types: TypeTally;
  /** The first of them, and how many more there are. */
  readonly problems: readonly string[];
  readonly badCount: number;
}

const problemsMax = 10;
const harmless: Readonly<Record<string, Verdict>> = {
  benign: "benign",
  clean: "benign",
  safe: "benign",
  hard_benign: "hard",
};

/** Throws where a file cannot be read. The guard is asked in shadow: all findings, whatever its action. */
export async function runTrials({ means, around, label, files }: TrialRun): Promise<Trials> {
  const [tally, types] = [new Tally(), new TypeTally()];
  const problems: string[] = [];
  let badCount = 0;
  const shadow = { ...means, rule: { ...means.rule, mode: "shadow" as const } };
  for (const file of files) {
    for await (const line of readLines(open(file))) {
      const row = readRow(line, around);
      if ("problem" in row) {
        badCount += 1;
        if (problems.length < problemsMax) problems.push(`${file}: ${row.problem}`);
        continue;
      }
      await tryRow(row, { shadow, label, tally, types });
    }
  }
  return { tally, types, problems, badCount };
}

interface Trying extends Pick<TrialRun, "label"> {
  readonly shadow: ScanMeans;
  readonly tally: Tally;
  readonly types: TypeTally;
}

async function tryRow(row: Row, { shadow, label, tally, types }: Trying): Promise<void> {
  const { text, fields } = row;
  const startedAtMs = performance.now();
  const { action, findings } = await scanText(text, row.source, shadow);
  const ms = performance.now() - startedAtMs;
  const spans = readSpans(fields.spans);
  tally.add({
    source: wordOf(fields.source),
    kind: wordOf(fields.kind),
    verdict: verdictOf(fields, spans === undefined ? label : undefined),
    isFound: findings.length > 0,
    isUnable: action === "fail_open",
    bytes: Buffer.byteLength(text),
    ms,
  });
  if (spans !== undefined) types.addSpans(spans, findings);
  const labels = labelsOf(fields.labels);
  if (labels !== undefined) types.addLabels(labels, findings);
}

function open(file: string): AsyncIterable<Buffer> {
  const stream = createReadStream(file);
  if (!file.endsWith(".gz")) return stream;
  const plain = createGunzip();
  stream.on("error", (error) => plain.destroy(error));
  return stream.pipe(plain);
}

function wordOf(value: JsonValue | undefined): string {
  return typeof value === "string" && value !== "" ? value : "-";
}

function verdictOf({ label, flagged }: JsonObject, otherwise: string | undefined): Verdict | undefined {
  const said = typeof label === "string" ? label : undefined;
  const word = said ?? (typeof flagged === "boolean" ? (flagged ? "flagged" : "benign") : otherwise);
  return word === undefined ? undefined : (harmless[word] ?? "positive");
}

/** `{ hate: 1, violence: 0 }` */
function labelsOf(value: JsonValue | undefined): readonly string[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).flatMap(([name, is]) => (is === 1 || is === true ? name : []));
}
