// Asks npm for known weaknesses in what ships. Fails on high and critical ones; without an answer it says NOT CHECKED.
import { spawnSync } from "node:child_process";

const { stdout } = spawnSync("npm", ["audit", "--json", "--omit=dev", "--loglevel=silent"], {
  encoding: "utf8",
  timeout: 120_000,
});

function readAnswer(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { message: "npm audit gave no answer" };
  }
}

const { metadata, message, error } = readAnswer(stdout);
const found = metadata?.vulnerabilities;
if (found === undefined) {
  console.log(`audit: NOT CHECKED (${message ?? error?.summary ?? "the registry gave no list"})`);
} else {
  const { critical, high, moderate, low } = found;
  console.log(`audit: ${critical} critical, ${high} high, ${moderate} moderate, ${low} low in what ships`);
  process.exitCode = critical + high > 0 ? 1 : 0;
}
