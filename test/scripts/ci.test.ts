// Owns the proof of the two small scripts .ci/run counts and audits with. Runs no CI.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "sluice-ci-"));
const ci = (name: string) => fileURLToPath(new URL(`../../.ci/${name}`, import.meta.url));

afterAll(() => rmSync(folder, { recursive: true }));

function run(name: string, args: readonly string[]): { status: number | null; last: string | undefined } {
  const env = { ...process.env, PATH: folder };
  const { status, stdout } = spawnSync(process.execPath, [ci(name), ...args], { encoding: "utf8", env });
  return { status, last: stdout.trimEnd().split("\n").at(-1) };
}

describe("the tally", () => {
  const tally = (report: object) => {
    writeFileSync(join(folder, "report.json"), JSON.stringify(report));
    return run("tally.mjs", [join(folder, "report.json")]);
  };
  const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

  it("counts passed, failed and skipped tests", () => {
    expect(tally({ ...none, numPassedTests: 3 })).toEqual({ status: 0, last: "3 passed, 0 failed" });
    const mixed = { ...none, numPassedTests: 3, numFailedTests: 1, numPendingTests: 2 };
    expect(tally(mixed)).toEqual({ status: 1, last: "3 passed, 1 failed, 2 skipped" });
  });

  it("counts a test file that did not load as a failure", () => {
    const testResults = [{ status: "failed", assertionResults: [] }];
    expect(tally({ ...none, numPassedTests: 3, testResults })).toEqual({
      status: 1,
      last: "3 passed, 1 failed",
    });
  });

  it("is never green on nothing", () => {
    expect(tally(none)).toEqual({ status: 1, last: "0 passed, 0 failed" });
    expect(run("tally.mjs", [join(folder, "absent.json")])).toEqual({
      status: 1,
      last: "0 passed, 1 failed",
    });
  });
});

describe("the audit", () => {
  const audit = (answer: string) => {
    writeFileSync(
      join(folder, "npm"),
      `#!/bin/sh\ncat <<'END'\n${answer}\nEND\nexit 1\n`.replace("cat", "/bin/cat"),
    );
    chmodSync(join(folder, "npm"), 0o755);
    return run("audit.mjs", []);
  };
  const vulnerabilities = { critical: 0, high: 0, moderate: 1, low: 2 };

  it("says how many weaknesses there are and fails on grave ones", () => {
    const mild = audit(JSON.stringify({ metadata: { vulnerabilities } }));
    expect(mild).toEqual({ status: 0, last: "audit: 0 critical, 0 high, 1 moderate, 2 low in what ships" });
    const grave = audit(JSON.stringify({ metadata: { vulnerabilities: { ...vulnerabilities, high: 1 } } }));
    expect(grave).toEqual({ status: 1, last: "audit: 0 critical, 1 high, 1 moderate, 2 low in what ships" });
  });

  it("says NOT CHECKED where the registry gives no list", () => {
    expect(audit(JSON.stringify({ message: "405 Method Not Allowed" })).last).toBe(
      "audit: NOT CHECKED (405 Method Not Allowed)",
    );
    expect(audit("").last).toBe("audit: NOT CHECKED (npm audit gave no answer)");
  });
});
