// Owns docs/routes.md: the page is made from the route table in the code, and this fails when it is stale.
// `npm test -- -u test/docs` writes it anew.

import { expect, it } from "vitest";
import type { CoveredRoute } from "../../core/contracts/dialect.ts";
import { apis } from "../../core/dialects/index.ts";

const openAiRoutes = apis.openai?.routes ?? [];
const opening = `# Routes of an OpenAI provider

At the sidecar a provider is the first segment of the path: \`/openai/v1/chat/completions\` is sent on as
\`/v1/chat/completions\` to the provider named \`openai\`. Each of its routes is covered or
refused, so that no call leaves that nothing has looked at.

| coverage | what happens |
| --- | --- |
| inspected | the body is read: model list, hosted tools, attribution, tokens and cost |
| refused | 403 \`route_refused\`, counted in \`sluice_uncovered_total\` |
| not listed | 404 \`route_unknown\` |

\`*\` stands for one segment. \`GET /v1/models\` is answered by the sidecar itself, with the models of
the agent's list.
`;

function inspected(routes: readonly CoveredRoute[]): readonly string[] {
  return routes
    .filter(({ coverage }) => coverage !== "refused")
    .map(({ method, path, coverage }) => `| \`${method} ${path}\` | ${coverage} |`);
}

/** One line a resource: nobody looks for a single one of what is all the same. */
function refused(routes: readonly CoveredRoute[]): readonly string[] {
  const known = routes.filter(({ coverage }) => coverage === "refused");
  const families = Map.groupBy(known, ({ path }) => path.split("/").slice(0, 3).join("/"));
  return [...families]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([family, members]) => `| \`${family}\` | ${members.length} | ${methodsOf(members)} |`);
}

function methodsOf(routes: readonly CoveredRoute[]): string {
  return [...new Set(routes.map(({ method }) => method))].sort().join(", ");
}

function page(): string {
  const covered = ["## Covered", "", "| route | coverage |", "| --- | --- |", ...inspected(openAiRoutes)];
  const head = ["## Known and refused", "", "| below | routes | methods |", "| --- | --- | --- |"];
  return `${opening}\n${[...covered, "", ...head, ...refused(openAiRoutes)].join("\n")}\n`;
}

it("docs/routes.md is the table in the code", async () => {
  await expect(page()).toMatchFileSnapshot("../../docs/routes.md");
});
