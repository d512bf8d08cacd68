// Owns the proof of which limits of a policy an operator can look at. Asks no store.

import { expect, it } from "vitest";
import { knownLimits } from "../../../../core/program/budgets/known-limits.ts";
import { selectLimits } from "../../../../core/program/budgets/selection.ts";
import { document, good, policyOf } from "../../policy/samples.ts";

const rate = "{ requests: 60, window: { sliding: 1m }, by: [ agent, tool ] }";
const policy = policyOf({
  ...good,
  "server.yaml": document("McpServer", "files", `url: https://files.example/mcp\nlimits: { rate: ${rate} }`),
  "tool.yaml": document(
    "Tool",
    "search",
    `version: 1.0.0\nendpoint: https://search.example/\nlimits: { rate: ${rate} }`,
  ),
});

it("are those of servers of tools, too, under the server's name", () => {
  const found = knownLimits(policy).filter(({ spec }) => spec.name.endsWith("rate"));
  expect(found.map(({ owner, spec, isAgents }) => [owner, spec.name, isAgents])).toEqual([
    ["mcp/files", "rate", false],
    [undefined, "tool:search:rate", false],
  ]);
});

it("of an agent are the counters that others' limits keep of it as well", () => {
  const [agent = ""] = policy.agents.keys();
  const selected = selectLimits(policy, { agent, limit: "rate", scopes: new Map() });
  if ("kind" in selected) throw new Error(selected.message);
  expect(selected.map(({ wanted }) => [...wanted])).toEqual([[["agent", agent]]]);
});
