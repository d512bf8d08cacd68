// Owns the proof that docs/mcp.md says what is so: its policies load, its commands and its codes exist. Knows
// no server.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { mcpCommand } from "../../cli/mcp.ts";
import { refusalTable } from "../../core/contracts/refusal.ts";
import { decodeSource } from "../../core/policy/files.ts";
import { checkSources } from "../../core/policy/load.ts";
import { formatProblem } from "../../core/policy/problem.ts";
import { mcpServer } from "../../core/policy/schema/mcp-server.ts";

const page = readFileSync(fileURLToPath(new URL("../../docs/mcp.md", import.meta.url)), "utf8");
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => text ?? "");

it("its policies load", () => {
  expect(blocks).toHaveLength(4);
  const file = decodeSource({ path: "/p.yaml", name: "p.yaml", layer: 0 }, Buffer.from(blocks.join("---\n")));
  if ("problem" in file) throw new Error(file.problem);
  const result = checkSources({ files: [file], problems: [] });
  expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([]);
});

it("names every field there is", () => {
  const { properties } = mcpServer as { properties: Record<string, unknown> };
  const missing = Object.keys(properties).filter((name) => !page.includes(`\`${name}\``));
  expect(missing.filter((name) => name !== "transport")).toEqual([]);
});

it("names codes that exist", () => {
  const said = [...page.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, code]) => code ?? "");
  const known = new Set([...Object.keys(refusalTable), "tool_call", "mcp_request", "repo_delete"]);
  expect(said.filter((code) => !known.has(code) && !code.startsWith("upstream_"))).toEqual([]);
});

it("names commands that exist", () => {
  const said = new Set([...page.matchAll(/sluice mcp (\w+)/g)].map(([, name]) => name));
  expect([...said].sort()).toEqual(
    mcpCommand()
      .commands.map((command) => command.name())
      .sort(),
  );
});
