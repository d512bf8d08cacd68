// Owns a process in which a sidecar runs alone, so that its memory can be told. Knows no test.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSidecar } from "../../../sidecar/main.ts";
import { lines, policyText } from "../world.ts";

const anywhere = { host: "127.0.0.1", port: 0 };
const policyDir = mkdtempSync(join(tmpdir(), "sluice-large-"));
writeFileSync(join(policyDir, "policy.yaml"), policyText(process.argv[2] ?? "", "http://127.0.0.1:9"));
process.on("exit", () => rmSync(policyDir, { recursive: true }));
process.stdin.resume().on("end", () => process.exit(0));

const program = {
  policyDirs: [policyDir],
  status: anywhere,
  store: "memory",
  storePassword: undefined,
  trustedProxies: [],
  inFlightMax: 100,
  drainDelayMs: 0,
  graceMs: 100,
  environment: { TEST_PROVIDER_KEY: "k" },
};
const settings = { program, agent: "search", listen: anywhere, inbound: undefined };
const sidecar = await startSidecar(settings, lines([]));
console.log(sidecar.egressPort);
