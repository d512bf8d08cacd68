// Owns the proof of `sluice policy` as a person meets it: output, exit codes, bad usage. Knows no internals.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const quickstart = "policies/examples/quickstart";
const overlay = "policies/examples/production-overlay";
const script = 'import { policyCommand } from "./cli/policy.ts"; await policyCommand().parseAsync();';

const scratch = await mkdtemp(join(tmpdir(), "sluice-cli-"));
afterAll(() => rm(scratch, { recursive: true }));

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function policy(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Run> {
  const options = { cwd: root, env: { PATH: process.env.PATH, ...environment } };
  return new Promise((resolve) => {
    const argv = ["--input-type=module", "-e", script, "--", ...args];
    execFile(process.execPath, argv, options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

describe("lint", () => {
  it("counts documents where nothing is wrong", async () => {
    expect(await policy(["lint", quickstart])).toEqual({
      code: 0,
      out: "7 documents, no problems\n",
      err: "",
    });
    const both = { code: 0, out: "9 documents, no problems\n", err: "" };
    expect(await policy(["lint", "--policies", quickstart, overlay])).toEqual(both);
    expect(await policy(["lint"], { SLUICE_POLICIES: `${quickstart}:${overlay}` })).toEqual(both);
  });

  it("prints one line a problem and exits 1", async () => {
    await writeFile(join(scratch, "a.yaml"), "kind: Agent\nmetadata: { name: a }\nspec: { modles: [] }\n");
    expect(await policy(["lint", scratch])).toEqual({
      code: 1,
      out: `${scratch}/a.yaml:1 apiVersion: is missing (apiVersion: sluice.dev/v1alpha1)\n`,
      err: "",
    });
  });

  it("tells warnings apart", async () => {
    const dir = await mkdtemp(join(scratch, "warn-"));
    const text = "apiVersion: sluice.dev/v1alpha1\nkind: Caller\nmetadata: { name: c }\nspec: {}\n";
    await writeFile(join(dir, "c.yaml"), text);
    const { code, out, err } = await policy(["lint", dir]);
    expect([code, out]).toEqual([0, "1 document, no problems, 1 warning\n"]);
    expect(err).toMatch(/^warning: .*c\.yaml:4 Caller\/c spec: has neither apiKeys nor jwt/);
  });

  it("notes which guards are in shadow, for an agent or of themselves", async () => {
    const dir = await mkdtemp(join(scratch, "shadow-"));
    const text = `apiVersion: sluice.dev/v1alpha1
kind: Guard
metadata: { name: g }
spec: { detector: secrets, action: block, mode: MODE }
---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: a }
spec:
  endpoints: ["http://127.0.0.1:8000"]
  guards:
    own: { guard: g, on: [edge.request] }
    said: { guard: g, on: [edge.answer], mode: shadow }
    live: { guard: g, on: [edge.answer], mode: enforce }
`;
    const note = "is in shadow: it tells what it finds and changes nothing";
    const own = `note: ${dir}/g.yaml:12 Agent/a spec.guards.own: ${note}\n`;
    const said = `note: ${dir}/g.yaml:13 Agent/a spec.guards.said: ${note}\n`;
    for (const [mode, err] of [
      ["enforce", said],
      ["shadow", own + said],
    ] as const) {
      await writeFile(join(dir, "g.yaml"), text.replace("MODE", mode));
      expect(await policy(["lint", dir])).toEqual({ code: 0, out: "2 documents, no problems\n", err });
    }
  });

  it("exits 2 with one line on bad usage", async () => {
    expect(await policy(["lint"])).toEqual({
      code: 2,
      out: "",
      err: "error: no policy directory is given\n",
    });
  });
});

describe("explain", () => {
  it("prints every value with its place", async () => {
    const { code, out } = await policy(["explain", "search", quickstart, overlay]);
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines).toContain(`spec.limits.requests.requests = 600  # ${overlay}/agents.yaml:12`);
    expect(lines).toContain(`spec.limits.flood.requests = 20  # ${quickstart}/defaults.yaml:11`);
    expect(lines).toContain("spec.limits.flood.status = 429  # built in");
  });

  it("prints the same as JSON lines", async () => {
    const { out } = await policy(["explain", "--json", "Provider/openai", quickstart]);
    const values = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(values).toContainEqual({
      path: "spec.credential.env",
      value: "OPENAI_API_KEY",
      file: join(root, quickstart, "providers.yaml"),
      line: 10,
    });
  });

  it("exits 1 where there is no such document, or the files have problems", async () => {
    const missing = await policy(["explain", "serch", quickstart]);
    expect(missing).toEqual({
      code: 1,
      out: "",
      err: "there is no Agent/serch in these directories (did you mean Agent/search?)\n",
    });
    const { code, err } = await policy(["explain", "search", overlay]);
    expect([code, err]).toEqual([1, "these directories have 3 problems: see sluice policy lint\n"]);
  });
});

describe("schema", () => {
  it("prints what is checked in, or writes it", async () => {
    const checkedIn = await readFile(join(root, "policies/schema.json"), "utf8");
    expect(await policy(["schema"])).toEqual({ code: 0, out: checkedIn, err: "" });
    const file = join(scratch, "schema.json");
    expect(await policy(["schema", "--out", file])).toEqual({ code: 0, out: "", err: "" });
    expect(await readFile(file, "utf8")).toBe(checkedIn);
  });

  it("exits 1 where it cannot be written", async () => {
    const { code, err } = await policy(["schema", "--out", join(scratch, "none/schema.json")]);
    expect([code, err]).toEqual([1, expect.stringMatching(/none\/schema\.json cannot be written: ENOENT/)]);
  });
});

it("explains itself", async () => {
  const { code, out } = await policy(["--help"]);
  expect(code).toBe(0);
  for (const word of ["lint", "explain", "schema"]) expect(out).toContain(word);
});
