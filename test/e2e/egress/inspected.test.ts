// Owns the proof of TLS that is taken apart: curl, Node and Python get what they would get. Reaches loopback
// only.

import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsBytes, type InspectedWorld, startInspectedWorld } from "./inspected-world.ts";
import { canListenOn443, testRoot } from "./world.ts";

const isPossible = await canListenOn443();
const digest = (bytes: Buffer | string): string => createHash("sha256").update(bytes).digest("hex");
let inspected: InspectedWorld;

beforeAll(async () => {
  if (isPossible) inspected = await startInspectedWorld("127.0.93");
});

afterAll(async () => {
  if (isPossible) await inspected.close();
});

const nodeProgram = `
import { createHash } from "node:crypto";
const answer = await fetch(process.argv[1]);
const bytes = Buffer.from(await answer.arrayBuffer());
console.log(answer.status, createHash("sha256").update(bytes).digest("hex"));`;

const pythonProgram = `
import hashlib, sys, urllib.request
answer = urllib.request.urlopen(sys.argv[1])
print(answer.status, hashlib.sha256(answer.read()).hexdigest())`;

const requestsProgram = `
import hashlib, sys
try:
    import requests
except ImportError:
    print("no requests"); sys.exit(0)
answer = requests.get(sys.argv[1], stream=True)
digest = hashlib.sha256()
for chunk in answer.iter_content(8192): digest.update(chunk)
print(answer.status_code, digest.hexdigest())`;

describe.skipIf(!isPossible)("5 MB of events, to the last byte (needs leave to listen on 443)", () => {
  const url = "https://tools.test/events";
  const whole = `200 ${digest(eventsBytes)}`;

  it("curl", async () => {
    const { output, error } = await inspected.run("curl", ["--silent", "--show-error", "--fail", url]);
    expect(error).toBe("");
    expect(digest(output)).toBe(digest(eventsBytes));
  });

  it("Node's own fetch", async () => {
    const args = ["--input-type=module", "--eval", nodeProgram, url];
    const { output, error } = await inspected.run(process.execPath, args, { NODE_USE_ENV_PROXY: "1" });
    expect(output.toString().trim(), error).toBe(whole);
  });

  it("undici's agent", async () => {
    const ca = await inspected.bundle();
    const dispatcher = new EnvHttpProxyAgent({ httpsProxy: inspected.world.proxyUrl, requestTls: { ca } });
    const answer = await undiciFetch(url, { dispatcher });
    expect(digest(Buffer.from(await answer.arrayBuffer()))).toBe(digest(eventsBytes));
    await dispatcher.close();
  });

  it("Python's urllib and requests", async () => {
    const urllib = await inspected.run("python3", ["-c", pythonProgram, url]);
    expect(urllib.output.toString().trim(), urllib.error).toBe(whole);
    const requests = await inspected.run("python3", ["-c", requestsProgram, url]);
    expect([whole, "no requests"], requests.error).toContain(requests.output.toString().trim());
  });

  it("each of them left two lines: the tunnel, and what was asked in it", async () => {
    const tunnel = await inspected.world.line(
      ({ route, status }) => route === "connect tools.test:443" && status === "success",
    );
    expect(tunnel).toMatchObject({ event: "egress", host: "tools.test:443", http_status: 200 });
    expect(tunnel.received_bytes).toBeGreaterThan(eventsBytes.length);
    const inside = await inspected.world.line(({ route }) => route === "egress tools.test:443");
    expect(inside).toMatchObject({ event: "egress", host: "tools.test:443", status: "success" });
  });
});

describe.skipIf(!isPossible)("the bundle", () => {
  it("holds public roots and the pod's CA, and no key", async () => {
    const text = await inspected.bundle();
    expect(text.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(100);
    expect(text.includes("PRIVATE KEY")).toBe(false);
  });

  it("does not make the CA one of the tests' own roots", async () => {
    const { certificate } = await testRoot();
    const last = (await inspected.bundle()).split("-----END CERTIFICATE-----").at(-2) ?? "";
    const own = `${last}-----END CERTIFICATE-----`.trim();
    await writeFile(`${inspected.world.bundleFile}.own`, own);
    expect(own).not.toBe(certificate.toString("pem").trim());
    const { code } = await inspected.run("curl", ["--silent", "https://tools.test/a"], {
      CURL_CA_BUNDLE: `${inspected.world.bundleFile}.own`,
    });
    expect(code).toBe(0);
  });
});
