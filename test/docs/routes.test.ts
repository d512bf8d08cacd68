// Owns docs/routes.md: the page is made from the route tables in the code, and this fails when it is stale.
// `npm test -- test/docs -u` writes it anew.

import { expect, it } from "vitest";
import { type Api, type CoveredRoute, meteredFamilies } from "../../core/contracts/dialect.ts";
import { apis } from "../../core/dialects/index.ts";

const opening = `# Routes of the providers

At the sidecar a provider is the first segment of the path: \`/openai/v1/chat/completions\` is sent on as
\`/v1/chat/completions\` to the provider named \`openai\`. Each of its routes is covered or
refused, so that no call leaves that nothing has looked at.

| coverage | what happens |
| --- | --- |
| inspected | the body is read: model list, hosted tools, attribution, tokens and cost |
| metered | the body passes unread, where the agent's policy lists its family, and counts as one call |
| refused | 403 \`route_refused\`, counted in \`sluice_uncovered_total\` |
| not listed | 404 \`route_unknown\` |

\`*\` stands for one segment, \`+\` for one that may hold escapes. Lists of models are answered by the sidecar
itself, with the models of the agent's list.

A metered route passes only where its family stands under \`metered\` in the agent's policy, else it is
refused; the families are ${meteredFamilies.join(", ")}. A body is JSON or a form;
a model that it or the path names has to be one of the agent's list. The log line of such a call says
\`coverage: metered\`.
`;

/** By the dialect that reads them, or the family they pass as. */
function covered(routes: readonly CoveredRoute[]): readonly string[] {
  return routes
    .filter(({ coverage }) => coverage !== "refused")
    .map(({ method, path, coverage, dialect, family }) => {
      return `| \`${method} ${path}\` | ${coverage} | ${family ?? dialect?.name ?? ""} |`;
    });
}

/** One line a resource: nobody looks for a single one of what is all the same. */
function refused(routes: readonly CoveredRoute[]): readonly string[] {
  const known = routes.filter(({ coverage }) => coverage === "refused");
  const families = Map.groupBy(known, ({ path }) => familyOf(path));
  return [...families]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([family, members]) => `| \`${family}\` | ${members.length} | ${methodsOf(members)} |`);
}

/** `/v1/files/*` → `/v1/files`; Azure's stand one level deeper. */
function familyOf(path: string): string {
  const depth = path.startsWith("/openai/") ? 4 : 3;
  return path.split("/").slice(0, depth).join("/");
}

function methodsOf(routes: readonly CoveredRoute[]): string {
  return [...new Set(routes.map(({ method }) => method))].sort().join(", ");
}

function section(name: string, { routes }: Api): readonly string[] {
  const none = refused(routes);
  const table = ["| below | routes | methods |", "| --- | --- | --- |", ...none];
  return [
    "",
    `## api: ${name}`,
    "",
    "| route | coverage | read as, or passed as |",
    "| --- | --- | --- |",
    ...covered(routes),
    ...(none.length === 0 ? [] : ["", "Known and refused:", "", ...table]),
  ];
}

function page(): string {
  const sections = Object.entries(apis).flatMap(([name, api]) => section(name, api));
  return `${opening}${sections.join("\n")}\n`;
}

it("docs/routes.md is the table in the code", async () => {
  await expect(page()).toMatchFileSnapshot("../../docs/routes.md");
});
