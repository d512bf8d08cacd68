// Owns the proof that docs/egress.md does what it says: its policy loads, its commands work as written.
// Reaches loopback only.

import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { checkSources } from "../../core/policy/load.ts";
import { formatProblem } from "../../core/policy/problem.ts";
import { canListenOn443, listenOn, startEgressWorld, tlsInFrontOf } from "../e2e/egress/world.ts";

const page = readFileSync(new URL("../../docs/egress.md", import.meta.url), "utf8");
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, text]) => text ?? "");

function lint(text: string): readonly string[] {
  const file = { path: "/page.yaml", name: "page.yaml", layer: 0, sha256: "", text };
  const result = checkSources({ files: [file], problems: [] });
  return result.ok ? [] : result.problems.map(formatProblem);
}

it("its policy loads, and a field that does not exist would be seen", () => {
  const [policy = ""] = blocks("yaml");
  expect(lint(policy)).toEqual([]);
  expect(lint(policy.replace("inspect:", "inspekt:"))).not.toEqual([]);
});

it("its variables are a shell's", () => {
  for (const text of blocks("sh")) {
    expect(spawnSync("sh", ["-n"], { input: text }).stderr.toString()).toBe("");
  }
});

it.skipIf(!(await canListenOn443()))(
  "its commands bring what the host says (leave to listen on 443)",
  async () => {
    const site = await listenOn(
      createServer((_request, response) => void response.end("Keep it logically awesome.")),
    );
    const secure = await tlsInFrontOf(site, { host: "api.github.com", address: "127.0.95.2" });
    const world = await startEgressWorld({
      egress: '    "api.github.com:443": { inspect: true, private: true }',
      names: { "api.github.com": "127.0.95.2" },
    });
    const commands = blocks("sh").find((text) => text.startsWith("HTTPS_PROXY=")) ?? "";
    const here = commands
      .replaceAll("http://127.0.0.1:14001", world.proxyUrl)
      .replaceAll("/var/run/sluice/ca.pem", world.bundleFile);
    const { stdout } = await promisify(execFile)("sh", ["-ec", here]);
    expect(stdout.match(/Keep it logically awesome\./g)).toHaveLength(3);
    await world.close();
    await secure.close();
    await site.close();
  },
);
