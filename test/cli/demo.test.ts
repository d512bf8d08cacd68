// Owns the proof that the demo shows what is true, says what is not, and leaves nothing running.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDemo } from "../../cli/demo.ts";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const runMsMax = 60_000;

const withoutLimit = `apiVersion: sluice.dev/v1alpha1
kind: Defaults
metadata: { name: demo }
spec: { agent: { limits: { per-user: null } } }
`;

function startDemo(...args: string[]) {
  return spawn(process.execPath, [main, "demo", ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

type Demo = ReturnType<typeof startDemo>;

async function outcomeOf(demo: Demo): Promise<{ exitCode: number | null; out: string; err: string }> {
  const [out, err] = await Promise.all([text(demo.stdout), text(demo.stderr)]);
  if (demo.exitCode === null) await once(demo, "exit");
  return { exitCode: demo.exitCode, out, err };
}

/** All that was printed once `mark` is among it. */
function printedUntil(mark: string, demo: Demo): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = "";
    demo.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes(mark)) resolve(out);
    });
    demo.once("exit", () => reject(new Error(`the demo ended: ${out}`)));
  });
}

describe("sluice demo --once", () => {
  it("exits 0 when every claim holds, and shows each of them", { timeout: runMsMax }, async () => {
    const { exitCode, out, err } = await outcomeOf(startDemo("--once"));
    expect(err).toBe("");
    expect(out).not.toContain("✗");
    expect(out).toMatch(/All \d+ claims held\.\n$/);
    for (const line of [
      '← 200 completed: "It is 18 °C and sunny in Paris."',
      "✓ the client was reading while the provider still wrote",
      "← 401 credential_missing",
      "← 400 schema_violation: The body does not fit the schema: /prompt",
      "← 200 200 200 200 200 429",
      'ratelimit: "per-user";r=0;t=',
      "defaults.yaml:11  spec.limits.per-user.requests: 5",
      "← 200 failed: PermissionDeniedError: 403",
      "← 400 prompt_injection_detected: The request was stopped by a guard",
      "← Write to [EMAIL_REDACTED], she will see to it.",
      "← failed: APIError",
      "✓ every call but the cut one costs what the provider's log says, to the nano-dollar",
    ]) {
      expect(out).toContain(line);
    }
    expect(exitCode).toBe(0);
  });
});

describe("a demo whose policy is not what it claims", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-test-"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it("exits 1 and says which claims did not hold", { timeout: runMsMax }, async () => {
    await writeFile(join(folder, "overlay.yaml"), withoutLimit);
    const out = new PassThrough();
    const reading = text(out);
    expect(await runDemo({ once: true, policies: [folder] }, out)).toBe(1);
    out.end();
    const said = await reading;
    expect(said).toContain("✗ 5 are let in, the next is refused: expected [ 200, 200, 200, 200, 200, 429 ]");
    expect(said).toMatch(/^3 of \d+ claims did not hold:$/m);
  });

  it("exits 1 with the problem of a policy that does not load", { timeout: runMsMax }, async () => {
    await writeFile(join(folder, "overlay.yaml"), withoutLimit.replace("Defaults", "Default"));
    const { exitCode, err } = await outcomeOf(startDemo("--once", "--policies", folder));
    expect(err).toContain("overlay.yaml:2 kind: is not a known kind");
    expect(exitCode).toBe(1);
  });
});

/** Whether anybody listens there. */
async function isTaken(port: string): Promise<boolean> {
  const socket = connect(Number(port), "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe("sluice demo", () => {
  it("stays up until it is interrupted, then leaves no listener behind", { timeout: runMsMax }, async () => {
    const demo = startDemo();
    const out = await printedUntil("Log lines, as they are written", demo);
    const ports = [...(out.split("\n")[3] ?? "").matchAll(/:(\d+)/g)].map(([, port]) => port ?? "");
    expect(ports).toHaveLength(5);
    expect(await Promise.all(ports.map(isTaken))).toEqual(ports.map(() => true));
    demo.kill("SIGINT");
    await once(demo, "exit");
    expect(demo.exitCode).toBe(0);
    expect(await Promise.all(ports.map(isTaken))).toEqual(ports.map(() => false));
  });
});
