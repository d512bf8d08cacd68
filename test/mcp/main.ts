// Owns `npm run mcp-conformance`: the whole official suite in both eras, with the sidecar and without. Knows
// no scenario.

import { differences, type Revision, revisions, runSuite, tally } from "./conformance.ts";
import { startFixture } from "./fixture/server.ts";
import { startFront } from "./front.ts";

/** The sidecar holds headers to the body, whatever the server does: it may be better than what it fronts. */
const better = /^http-(custom-)?header/;

const fixture = await startFixture();
const front = await startFront({ servers: { fixture: `{ url: ${fixture.url} }` } });
let failed = 0;
for (const revision of revisions) failed += await compare(revision);
await front.close();
await fixture.close();
process.exitCode = failed === 0 ? 0 : 1;

async function compare(revision: Revision): Promise<number> {
  const direct = await runSuite({ url: fixture.url, revision });
  const through = await runSuite({ url: front.urlOf("fixture"), revision });
  const isBetter = (status: string | undefined) => status === "SUCCESS";
  const found = differences(direct, through).filter(
    ({ check, through: status }) => !(better.test(check) && isBetter(status)),
  );
  console.log(
    `${revision}: direct ${JSON.stringify(tally(direct))}, sidecar ${JSON.stringify(tally(through))}`,
  );
  for (const { check, direct: was, through: is } of found) console.log(`  ${check}: ${was} → ${is}`);
  for (const [check, status] of through) {
    if (status === "FAILURE") console.log(`  fails: ${check} (direct: ${direct.get(check)})`);
  }
  return direct.size === 0 ? 1 : found.length;
}
