// Owns the proof of `sluice guard` as a person meets it: lines, tables, exit codes. Knows no internals.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const script = 'import { guardCommand } from "./cli/guard.ts"; await guardCommand().parseAsync();';
const runMsMax = 60_000;

/** Nobody's: made for this test. */
const key = `ghp_${"R7tQ2xVb9LmN4pKzW8yHc1Jd6sFg3A".padEnd(36, "5uTe")}`;
const guard = (name: string, rest: string): string => `apiVersion: sluice.dev/v1alpha1
kind: Guard
metadata: { name: ${name} }
spec: { detector: secrets, ${rest} }
`;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sluice-guard-"));
  const guards = [
    guard("secrets", "action: redact"),
    guard("watched", "action: redact, mode: shadow"),
    guard("walled", "action: block"),
  ];
  await writeFile(join(dir, "guards.yaml"), guards.join("---\n"));
});
afterAll(() => rm(dir, { recursive: true }));

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const argv = ["--input-type=module", "-e", script, "--", ...args];
  return spawn(process.execPath, argv, { cwd: root, env: { PATH: process.env.PATH, ...environment } });
}

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(
  args: readonly string[],
  { input = "", environment = {} }: { input?: string; environment?: Readonly<Record<string, string>> } = {},
): Promise<Run> {
  const child = start(args, environment);
  const ended = once(child, "exit");
  child.stdin.on("error", () => {}).end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { code, out, err };
}

const lines = (out: string): readonly unknown[] =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const rows = (...all: readonly object[]): string => all.map((row) => `${JSON.stringify(row)}\n`).join("");
const scan = (name: string, ...more: readonly string[]): readonly string[] => [
  ...["scan", "--policies", dir, "--guard", name],
  ...more,
];
const said = `My key is ${key}, keep it.`;
const finding = {
  type: expect.stringMatching(/^[a-z_]+$/),
  start: 10,
  end: 10 + key.length,
  score: expect.any(Number),
  method: "pattern",
};

describe("scan", { timeout: runMsMax }, () => {
  it("answers each line, in order, with what is left of the text", async () => {
    const input = rows({ id: "a", text: "fine" }, { id: 2, text: said }, { text: "no id" });
    const { code, out, err } = await run(scan("secrets"), { input });
    expect([code, err]).toEqual([0, ""]);
    expect(lines(out)).toEqual([
      { id: "a", action: "pass", findings: [], text: "fine" },
      {
        id: 2,
        action: "redact",
        findings: [finding],
        text: expect.stringMatching(/^My key is \[[A-Z_]+_REDACTED\], keep it\.$/),
      },
      { id: 3, action: "pass", findings: [], text: "no id" },
    ]);
  });

  it.each([
    ["watched", "flag", said],
    ["walled", "block", ""],
  ])("%s: %s", async (name, action, left) => {
    const { out } = await run(scan(name, "--stage", "llm.answer"), { input: rows({ id: 1, text: said }) });
    expect(lines(out)).toEqual([{ id: 1, action, findings: [finding], text: left }]);
  });

  it("answers lines it cannot read with an error, goes on, and exits 1", async () => {
    const input = `{"id": 1\n\n{"id": 2}\n${rows({ id: 3, text: "fine" })}`;
    const { code, out } = await run(scan("secrets"), { input });
    expect(code).toBe(1);
    expect(lines(out)).toEqual([
      { id: null, error: "line 1 is not a JSON object" },
      { id: null, error: 'line 3 has no "text"' },
      { id: 3, action: "pass", findings: [], text: "fine" },
    ]);
  });

  it("answers while more is still to come", async () => {
    const child = start(scan("secrets"));
    const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
    for (const id of [1, 2]) {
      child.stdin.write(rows({ id, text: "fine" }));
      expect(JSON.parse((await answers.next()).value ?? "")).toMatchObject({ id });
    }
    child.stdin.end();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("reads no further than its answers are taken", async () => {
    const child = start(scan("secrets"));
    const row = rows({ id: 1, text: "x".repeat(64 * 1024) });
    let taken = 0;
    while (taken < 64 && (child.stdin.write(row) || (await drained(child.stdin)))) taken += 1;
    expect(taken).toBeLessThan(64);
    child.stdout.resume();
    child.stdin.end();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("ends quietly where its reader leaves", async () => {
    const child = start(scan("secrets"));
    const err = text(child.stderr);
    child.stdin.on("error", () => {});
    for (let at = 0; at < 100; at += 1) child.stdin.write(rows({ id: at, text: "x".repeat(10_000) }));
    await once(child.stdout, "data");
    child.stdout.destroy();
    child.stdin.end();
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(await err).toBe("");
  });
});

/** False: nobody has read on for so long. */
async function drained(stream: NodeJS.WritableStream): Promise<boolean> {
  const waiting = AbortSignal.timeout(500);
  return once(stream, "drain", { signal: waiting }).then(
    () => true,
    () => false,
  );
}

describe("eval", { timeout: runMsMax }, () => {
  const judged = rows(
    { id: 1, text: said, label: "leak", source: "made", kind: "direct" },
    { id: 2, text: "password", label: "leak", source: "made", kind: "direct" },
    { id: 3, text: "fine", label: "benign", source: "made", kind: "direct" },
    { id: 4, text: said, label: "hard_benign", source: "other", kind: "tool_output" },
  );
  const evaluate = (...more: readonly string[]): readonly string[] => [
    ...["eval", "--policies", dir, "--guard", "walled", "--data"],
    ...more,
  ];

  it("prints shares and times by source and kind", async () => {
    const file = join(dir, "judged.jsonl.gz");
    await writeFile(file, gzipSync(judged));
    const { code, out, err } = await run(evaluate(file));
    expect([code, err]).toEqual([0, ""]);
    const table = out.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "));
    expect(table[0]).toMatch(/^source \| kind \| attacks \| found \| benign \| alarms \| hard \| alarms/);
    expect(table[1]).toMatch(/^made \| direct \| 2 \| 50\.0 % \| 1 \| 0\.0 % \| [\d.]+ \| [\d.]+$/);
    expect(table[2]).toMatch(/^other \| tool_output \| 1 \| 100\.0 % \| /);
    expect(table[3]).toMatch(/^all \| 2 \| 50\.0 % \| 1 \| 0\.0 % \| 1 \| 100\.0 % \| /);
    expect(out).toContain("found, mean over the sources: 50.0 %\n");
    expect(out).toContain("4 texts, 0 of them without a verdict, 0 lines that could not be read\n");
  });

  it("prints the same as JSON, of several files, with types where there are spans", async () => {
    const spans = rows({ text: said, spans: [{ type: "SOME_KEY", start: 10, end: 20 }], label: "leak" });
    const files = [join(dir, "judged.jsonl"), join(dir, "spans.jsonl")] as const;
    await Promise.all([writeFile(files[0], judged), writeFile(files[1], spans)]);
    const { code, out } = await run(evaluate(...files, "--json"));
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      guard: "walled",
      unreadable: 0,
      total: { texts: 5, positives: 3, recall: 0.66667, benign: 1, benignAlarms: 0, hardBenignAlarms: 1 },
      meanBySource: { recall: 0.75, benignAlarms: 0 },
    });
    expect(report.groups.map(({ source, kind }: Record<string, string>) => [source, kind])).toEqual([
      ["-", "-"],
      ["made", "direct"],
      ["other", "tool_output"],
    ]);
    expect(report.groups[1].latencyMs.perText.p99).toBeGreaterThan(0);
    expect(report.types).toContainEqual(
      expect.objectContaining({ type: "some_key", expected: 1, found: 0, recall: 0, precision: null }),
    );
  });

  it("exits 1 where rows or files cannot be read, and says which", async () => {
    const file = join(dir, "broken.jsonl");
    await writeFile(file, `${judged}{\n`);
    const broken = await run(evaluate(file));
    expect([broken.code, broken.err]).toEqual([1, `${file}: line 5 is not a JSON object\n`]);
    expect(broken.out).toContain("4 texts, 0 of them without a verdict, 1 line that could not be read\n");
    const missing = await run(evaluate(join(dir, "none.jsonl")));
    expect([missing.code, missing.out]).toEqual([1, ""]);
    expect(missing.err).toMatch(/^sluice: ENOENT: .*none\.jsonl'\n$/);
  });
});

describe("what it cannot begin with", { timeout: runMsMax }, () => {
  it("a Guard that is not there: 1, with a suggestion", async () => {
    expect(await run(scan("secret"))).toEqual({
      code: 1,
      out: "",
      err: 'sluice: there is no Guard/secret in these policies (did you mean "secrets"?)\n',
    });
  });

  it("policies that have problems: 1, with all of them", async () => {
    const { code, err } = await run(["scan", "--policies", join(dir, "none"), "--guard", "secrets"]);
    expect(code).toBe(1);
    expect(err).toMatch(/none:1: cannot be read as a directory: ENOENT\nsluice: the policies have problems/);
  });

  it.each([
    [["scan", "--policies", "x"], "required option '--guard <name>'"],
    [["scan", "--guard", "x"], "required option '--policies <dir...>'"],
    [["scan", "--policies", "x", "--guard", "x", "--stage", "llm"], "Allowed choices are edge.request"],
    [["eval", "--policies", "x", "--guard", "x"], "required option '--data <file...>'"],
  ])("bad usage: %j", async (args, why) => {
    const { code, out, err } = await run(args);
    expect([code === 0, out]).toEqual([false, ""]);
    expect(err).toContain(why);
  });

  it("takes its flags from the environment", async () => {
    const environment = { SLUICE_POLICIES: dir, SLUICE_GUARD: "watched", SLUICE_GUARD_STAGE: "tool.args" };
    const { code, out } = await run(["scan"], {
      environment,
      input: rows({ id: 1, text: `{"a": "${key}"}` }),
    });
    expect([code, lines(out)]).toMatchObject([0, [{ id: 1, action: "flag" }]]);
  });
});
