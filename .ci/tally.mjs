// Reads vitest's JSON report and prints the one line that counts the tests. A file that did not load is a failure.
import { existsSync, readFileSync } from "node:fs";

const [reportFile] = process.argv.slice(2);

function count(report) {
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

const isWritten = existsSync(reportFile);
if (!isWritten) console.log(`tests: no report in ${reportFile}, counted as one failure`);
const { passed, failed, skipped } = isWritten
  ? count(JSON.parse(readFileSync(reportFile, "utf8")))
  : { passed: 0, failed: 1, skipped: 0 };
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
