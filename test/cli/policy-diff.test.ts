// Owns the proof that a changed policy says which of its tools break their callers. Knows no schema's words.

import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const tool = (version: string, spec: string): string => `apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: web_search }
spec:
  version: ${version}
  endpoint: http://127.0.0.1:9/search
${spec}
---
`;
const agent = (tools: string): string => `apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: search }
spec: { operations: [ web ], tools: ${tools} }
`;
const parameters = (more: string, required = "query"): string =>
  `  parameters: { type: object, properties: { query: { type: string }${more} }, required: [ ${required} ] }`;
const first = tool("2.1.0", `${parameters("")}\n  returns: { type: object, required: [ hits ] }`);

function diff(old: string, now: string, ...flags: readonly string[]) {
  const folders = [old, now].map((text) => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-diff-"));
    writeFileSync(join(folder, "policy.yaml"), text);
    return folder;
  });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["cli/main.ts", "policy", "diff", ...folders, ...flags],
    { encoding: "utf8" },
  );
  return { status, lines: stdout.trim().split("\n"), stdout, stderr };
}

it("exits 0 where nothing changed, and where nothing breaks", () => {
  const same = diff(first + agent("{ web_search: {} }"), first + agent("{ web_search: {} }"));
  expect([same.status, same.lines]).toEqual([0, ["no tool changed"]]);
  const wider = tool(
    "2.1.0",
    `${parameters(", n: { type: integer }")}\n  returns: { type: object, required: [ hits ] }`,
  );
  const added = diff(first + agent("{ web_search: {} }"), wider + agent("{ web_search: {} }"));
  expect([added.status, added.lines.at(-1)]).toEqual([0, "no tool changed"]);
});

it("exits 1 and says what breaks whom", () => {
  const wide = parameters(", n: { type: integer }", "query, n");
  const next =
    tool("2.1.0", `${wide}\n  returns: { type: object }\n  cost: 1`) +
    tool("2.2.0", `${wide}\n  returns: { type: object }\n  operations: [ web ]`);
  const said = diff(
    first + agent("{ web_search: { version: ^2.0 } }"),
    next + agent("{ web_search: { version: ^2.0 } }"),
  );
  const moved = "breaks Agent/search Tool/web_search 2.2.0";
  expect(said.status).toBe(1);
  expect(said.lines).toEqual([
    "breaks Tool/web_search 2.1.0 /n: parameter: is required now",
    "breaks Tool/web_search 2.1.0 /hits: returns widened: may be left out now",
    "note   Tool/web_search 2.1.0: costs more",
    "note   Tool/web_search 2.2.0: this version is new",
    `${moved} /n: in place of 2.1.0: parameter: is required now`,
    `${moved} /hits: in place of 2.1.0: returns widened: may be left out now`,
    `${moved}: in place of 2.1.0: needs the operation web now`,
    "7 changes of tools, 5 of them break callers",
  ]);
});

it("tells machines the same, and of what is gone", () => {
  const gone = diff(
    first + agent("{ web_search: {} }"),
    tool("3.0.0", parameters("")) + agent("{}"),
    "--json",
  );
  expect(gone.status).toBe(1);
  expect(JSON.parse(gone.stdout)).toMatchObject({
    breaking: 2,
    changes: [
      { tool: "web_search", version: "2.1.0", change: "this version is gone", effect: "breaks" },
      { version: "3.0.0", effect: "note" },
      { agent: "search", change: "may not be called any more", effect: "breaks" },
    ],
  });
  const nothing = diff(first, agent("{}"));
  expect(nothing.lines[0]).toBe("breaks Tool/web_search: the tool is gone");
});

it("exits 2 where a policy does not load", () => {
  const broken = diff(first, tool("two", parameters("")));
  expect([broken.status, broken.stderr]).toEqual([2, expect.stringContaining("spec.version")]);
});
