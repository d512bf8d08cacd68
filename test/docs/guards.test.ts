// Owns the proof that docs/guards.md says what is so: policies load, commands print what it shows, tables are
// whole.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { guardCommand } from "../../cli/guard.ts";
import { stages } from "../../core/contracts/guard.ts";
import { decodeSource, readSources } from "../../core/policy/files.ts";
import { detectorNames } from "../../core/policy/guards.ts";
import { checkSources, loadPolicy } from "../../core/policy/load.ts";
import { formatProblem } from "../../core/policy/problem.ts";
import { guard as guardShape } from "../../core/policy/schema/guard.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(`${root}docs/guards.md`, "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("|"));
const quickstart = `${root}policies/examples/quickstart`;
const run = promisify(execFile);
const runMsMax = 60_000;

const blocksOf = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, text]) => text ?? "");

/** Laid over the quickstart's. */
async function problemsIn(texts: readonly string[]): Promise<readonly string[]> {
  const base = await readSources([quickstart]);
  const place = { path: "/page.yaml", name: "page.yaml", layer: 1 };
  const file = decodeSource(place, Buffer.from(texts.join("---\n")));
  if ("problem" in file) throw new Error(file.problem);
  const result = checkSources({ files: [...base.files, file], problems: base.problems });
  return (result.ok ? result.policy.warnings : result.problems).map(formatProblem);
}

describe("its policies", () => {
  const policies = blocksOf("yaml");

  it("are one, laid over the quickstart's, without a problem or a warning", async () => {
    expect(policies.length).toBeGreaterThan(1);
    expect(await problemsIn(policies)).toEqual([]);
  });

  it("would be seen to be wrong", async () => {
    const wrong = policies.map((text) => text.replace("detector: pii", "detector: pi"));
    expect(await problemsIn(wrong)).toEqual([expect.stringContaining('(did you mean "pii"?)')]);
  });
});

describe("its commands", { timeout: runMsMax }, () => {
  const commands = blocksOf("console").flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const end = /[^\\]\n/.exec(text)?.index ?? text.length;
        return [text.slice(0, end + 1), text.slice(end + 2)] as const;
      }),
  );
  const sluice = `sluice() { "${process.execPath}" cli/main.ts "$@"; }\n`;
  /** Times differ from run to run. */
  const plain = (text: string): string => text.replaceAll(/ *\b\d+\.\d\d*\b(?! %)/g, " TIME");

  it("are there", () => {
    expect(commands.length).toBeGreaterThan(2);
  });

  it.each(commands)("%s", async (command, out) => {
    const ended = await run("bash", ["-c", sluice + command], { cwd: root }).catch((error) => error);
    expect(plain(ended.stdout + ended.stderr)).toBe(plain(out));
  });
});

describe("its tables", () => {
  const isRow = (name: string): boolean => rows.some((row) => row.startsWith(`| \`${name}\``));

  it("have every detector, stage and action", () => {
    const actions = Object.keys(
      (guardShape.properties as { action: { properties: object } }).action.properties,
    );
    expect(actions.length).toBeGreaterThan(7);
    const isAction = (name: string): boolean => isRow(name) || isRow(`{ ${name}: { text: … } }`);
    expect([...detectorNames, ...stages].filter((name) => !isRow(name))).toEqual([]);
    expect(actions.filter((name) => !isAction(name))).toEqual([]);
  });

  it("have every flag and its variable", () => {
    const options = guardCommand().commands.flatMap((command) => command.options);
    const missing = options.filter(
      ({ long, envVar = "" }) => !rows.some((row) => row.startsWith(`| \`${long}`) && row.includes(envVar)),
    );
    expect(missing.map(({ flags }) => flags)).toEqual([]);
  });
});

it("the example it names loads without a problem or a warning", async () => {
  const result = await loadPolicy([quickstart, `${root}policies/examples/guards`]);
  const told = result.ok ? result.policy.warnings : result.problems;
  expect(told.map(formatProblem)).toEqual([]);
  const guards = result.ok ? result.policy.agents.get("search")?.guards : undefined;
  expect([...(guards?.keys() ?? [])]).toEqual([
    "injection",
    "secrets",
    "links",
    "pii-named",
    "pii-out",
    "house",
  ]);
});
