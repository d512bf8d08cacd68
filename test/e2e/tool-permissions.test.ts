// Owns the proof that a tool does what agent and user are both allowed, by a claim that was verified at the
// edge. Knows no filter.

import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportSPKI, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startToolServer, type ToolServer } from "./tool-server.ts";
import { startWorld, type World } from "./world.ts";

let server: ToolServer;
let world: World;
let sign: (claims: Record<string, unknown>) => Promise<string>;

const toolDocument = (name: string, operations: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: ${name} }
spec:
  version: 1.0.0
  parameters: { type: object }
  endpoint: "${server.url}/${name}"
  operations: ${operations}
`;

beforeAll(async () => {
  server = await startToolServer();
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const keyFile = join(await mkdtemp(join(tmpdir(), "sluice-keys-")), "issuer.pem");
  await writeFile(keyFile, await exportSPKI(publicKey));
  sign = (claims) =>
    new SignJWT({ iss: "https://issuer.test", aud: "sluice", sub: "ada", ...claims })
      .setProtectedHeader({ alg: "RS256" })
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
  const caller = `---
apiVersion: sluice.dev/v1alpha1
kind: Caller
metadata: { name: people }
spec:
  jwt:
    issuer: https://issuer.test
    audience: sluice
    publicKey: { file: ${keyFile} }
    algorithms: [ RS256 ]
    claims: { user: sub, permissions: scope }
`;
  const tools =
    toolDocument("crm_read", "[ crm.read ]") + toolDocument("crm_write", "[ crm.read, crm.write ]");
  world = await startWorld({
    callers: ["people", "web-app"],
    documents: caller + tools + toolDocument("admin", "[ admin ]"),
    agentSpec: "  operations: [ crm.read, crm.write ]\n  tools: { crm_read: {}, crm_write: {}, admin: {} }",
    agent: {
      handle: async (request, response, body) => {
        const url = `http://127.0.0.1:${world.sidecar.egressPort}/tools`;
        const headers = { "x-task-id": String(request.headers["x-task-id"]) };
        const { name } = JSON.parse(body) as { name: string };
        const listed = (await (await fetch(url, { headers })).json()) as { tools: { name: string }[] };
        const called = await fetch(`${url}/${name}`, { method: "POST", body: "{}", headers });
        const list = listed.tools.map((tool) => tool.name);
        response.end(JSON.stringify({ status: called.status, list, said: await called.json() }));
      },
    },
  });
});
afterAll(async () => {
  await world.close();
  await server.close();
});

async function ask(name: string, claims: Record<string, unknown>) {
  const response = await fetch(`${world.agentUrl}/run`, {
    method: "POST",
    headers: { authorization: `Bearer ${await sign(claims)}`, "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  return (await response.json()) as { status: number; list: string[]; said: { detail?: string } };
}

it.each<[string, unknown, number, readonly string[]]>([
  ["crm_read", "openid crm.read", 200, ["crm_read"]],
  ["crm_write", ["crm.read", "crm.write"], 200, ["crm_read", "crm_write"]],
  ["crm_write", "crm.read", 403, ["crm_read"]],
  ["crm_read", undefined, 403, []],
  ["crm_read", { "crm.read": true }, 403, []],
  ["admin", "admin crm.read", 403, ["crm_read"]],
])("%s with the scope %j is %i", async (name, scope, status, list) => {
  const said = await ask(name, scope === undefined ? {} : { scope });
  expect([said.status, said.list]).toEqual([status, list]);
  if (status === 403) expect(said.said.detail).toMatch(/needs the operation `(crm|admin)/);
});

it("a call that belongs to nobody's task has no permissions", async () => {
  const url = `http://127.0.0.1:${world.sidecar.egressPort}/tools/crm_read`;
  expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(403);
});
