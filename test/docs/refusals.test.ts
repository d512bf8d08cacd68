// Owns docs/refusals.md: the page is made from the table in the code, and this fails when it is stale.
// `npm test -- test/docs -u` writes it anew.

import { expect, it } from "vitest";
import { refusalTable } from "../../core/contracts/refusal.ts";

const opening = `# Refusals

Every "no" of Sluice has a code of this table. The body is the error object of the vendor whose path was
called, \`application/problem+json\` elsewhere; whatever it is, these headers are there:

| header | what |
| --- | --- |
| \`x-sluice-refusal\` | the code |
| \`retry-after\` | seconds to wait, where waiting helps |
| \`x-should-retry: false\` | where the same request will not succeed; the SDKs obey it |
| \`ratelimit\`, \`ratelimit-policy\` | at the gateway, under a limit: what is left, and of how much |
| \`x-sluice-budget-remaining\` | at the sidecar: what is left, \`"session";tokens=1200, "daily";usd=0.5\` |

The same code is \`error_type\` in the log and the label of \`sluice_refusals_total\`. The statuses of
what a limit refuses are the policy's choice (429 or 503); \`agent_failed\` keeps the agent's own.

Once an answer has begun its status is said. A refusal then comes as the format's error event, or the
connection is reset; never as an end that looks whole.
`;

const faults = { client: "the client's", policy: "policy", upstream: "the upstream's", sluice: "Sluice's" };

function page(): string {
  const rows = Object.entries(refusalTable).map(([code, { status, fault, retryable, meaning }]) => {
    const retry = retryable ? "yes" : "no";
    return `| \`${code}\` | ${status} | ${meaning} | ${faults[fault]} | ${retry} |`;
  });
  const head = ["| code | status | meaning | whose fault | retry |", "| --- | --- | --- | --- | --- |"];
  return `${opening}\n${[...head, ...rows].join("\n")}\n`;
}

it("docs/refusals.md is the table in the code", async () => {
  await expect(page()).toMatchFileSnapshot("../../docs/refusals.md");
});
