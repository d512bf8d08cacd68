// Owns the proof that the official conformance suite says of a server through the sidecar what it says of the
// server itself. The whole suite is `npm run mcp-conformance`.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differences, type Revision, runSuite, tally } from "./conformance.ts";
import { type Fixture, startFixture } from "./fixture/server.ts";
import { type McpFront, startFront } from "./front.ts";

const same: readonly (readonly [Revision, string])[] = [
  ["2025-11-25", "tools-call-sampling"],
  ["2025-11-25", "server-sse-polling"],
  ["2025-11-25", "dns-rebinding-protection"],
  ["2026-07-28", "server-stateless"],
  ["2026-07-28", "input-required-result-multi-round"],
  ["2026-07-28", "tasks-mrtr-composition"],
  ["2026-07-28", "tasks-request-headers"],
  ["2026-07-28", "dns-rebinding-protection"],
];

describe("the conformance suite", () => {
  let fixture: Fixture;
  let front: McpFront;
  beforeAll(async () => {
    fixture = await startFixture();
    front = await startFront({ servers: { fixture: `{ url: ${fixture.url} }` } });
  });
  afterAll(async () => {
    await front?.close();
    await fixture?.close();
  });

  it.each(same)("%s %s: the same with the sidecar as without", async (revision, scenario) => {
    const [direct, through] = await Promise.all([
      runSuite({ url: fixture.url, revision, scenario }),
      runSuite({ url: front.urlOf("fixture"), revision, scenario }),
    ]);
    expect(direct.size).toBeGreaterThan(0);
    expect(differences(direct, through)).toEqual([]);
    expect(tally(through).FAILURE).toBeUndefined();
  });

  it.each(["http-header-validation", "http-custom-header-server-validation"])(
    "%s passes, whatever the server holds headers to",
    async (scenario) => {
      const checks = await runSuite({ url: front.urlOf("fixture"), revision: "2026-07-28", scenario });
      expect(checks.size).toBeGreaterThan(5);
      expect([...checks.values()].filter((status) => status !== "SUCCESS")).toEqual([]);
    },
  );
});
