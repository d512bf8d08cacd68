// Owns the command line of the conformance run: what is read, how much is told, how it exits. Checks nothing.

import { Command } from "commander";
import { readPriceTable } from "../../core/prices/table.ts";
import { checkExtraction } from "../core/dialects/usage-bodies.ts";
import { readUsageRows } from "../core/prices/usages.ts";
import { checkCosts } from "../core/prices/usages-cost.ts";
import { sharedPath } from "../shared-data.ts";
import type { Exchange } from "./exchange.ts";
import { fixtureExchanges } from "./fixture-files.ts";
import { goldenExchanges } from "./goldens.ts";
import { tripAll } from "./hub-matrix.ts";
import { checkObservedErrors } from "./observed-errors.ts";
import { recordedExchanges } from "./recorded-rows.ts";
import { tellErrors, tellEvents, tellHub, tellRun, tellUsage } from "./report.ts";
import { runChecks } from "./run.ts";
import { type Conformance, type Figures, shortcomings } from "./verdict.ts";

interface Options {
  readonly dialect?: string;
  readonly goldens?: true;
  readonly verbose?: true;
  readonly json?: true;
}

const cannotRun = 2;

const program = new Command("npm run conformance --")
  .description(
    "Every recorded exchange with a provider, through every dialect; exits with 1 where one fails.",
  )
  .option("--dialect <name>", "this dialect alone, such as openai-chat")
  .option("--goldens", "the few exchanges in test/golden instead of all in ../shared/data")
  .option("--verbose", "name each exchange that is refused, each kind of event, each round trip")
  .option("--json", "everything as JSON")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : cannotRun));

const options: Options = program.parse().opts();
const folder = options.goldens ? undefined : sharedPath("recorded");
if (folder === undefined && !options.goldens) {
  console.error(
    "conformance: ../shared/data/recorded is absent. Put the recorded exchanges there,\n" +
      "beside the project, or run `npm run conformance -- --goldens` on the few that test/golden holds.",
  );
  process.exit(cannotRun);
}

const conformance = await conform(folder);
const missing = shortcomings(conformance);
if (options.json) console.log(JSON.stringify({ ...conformance, missing }, asPlain, 2));
else console.log(tell(conformance));
console.error(missing.length === 0 ? "PASS" : `FAIL: ${missing.join("; ")}`);
process.exitCode = missing.length === 0 ? 0 : 1;

async function conform(folder: string | undefined): Promise<Conformance> {
  const { dialect } = options;
  const onExchange = (count: number) => count % 500 === 0 && console.error(`  ${count} exchanges`);
  const run = runChecks({ exchanges: exchangesIn(folder), dialect, onExchange });
  const isWhole = folder !== undefined && dialect === undefined;
  return {
    run,
    errors: isWhole ? await checkObservedErrors(`${folder}/observed_errors.json`, (same) => same) : [],
    usage: isWhole ? await figures() : undefined,
    trips: tripAll(dialect, (pair) => console.error(`  ${pair}`)),
  };
}

function* exchangesIn(folder: string | undefined): Generator<Exchange> {
  if (folder === undefined) yield* goldenExchanges();
  else {
    yield* recordedExchanges(folder);
    yield* fixtureExchanges(folder);
  }
}

async function figures(): Promise<Figures | undefined> {
  const rows = readUsageRows();
  if (rows === undefined) return undefined;
  const { extracted, problems } = checkExtraction(rows);
  const costs = checkCosts(rows, await readPriceTable());
  return {
    extracted: [...extracted.values()].reduce((all, one) => all + one, 0),
    extractable: rows.length,
    pricesRight: costs.count - costs.problems.length,
    priced: costs.count,
    problems: [...problems, ...costs.problems],
  };
}

function tell({ run, usage, errors, trips }: Conformance): string {
  const detail = options.verbose ? "verbose" : "brief";
  return [
    tellRun(run, detail),
    tellEvents(run, detail),
    ...(usage === undefined ? [] : [tellUsage(usage)]),
    ...(errors.length === 0 ? [] : [tellErrors(errors)]),
    tellHub(trips, detail),
  ].join("\n\n");
}

function asPlain(_name: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
