// Owns the proof that files at a provider are their maker's: what was uploaded may be used, all else not.

import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../data-path.ts";
import { startWorld, type World } from "./world.ts";

const seen: string[] = [];
let vendor: Upstream;
let world: World;

/** A provider that keeps every file there is, under an id made of its bytes. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = "" } = request;
  seen.push(`${method} ${url}`);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const said = createHash("sha256").update(Buffer.concat(chunks)).digest("hex").slice(0, 8);
  const send = (value: unknown) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
  if (url.endsWith("/complete")) send({ id: "upload_1", file: { id: "file-whole" } });
  else if (url === "/v1/uploads") send({ id: "upload_1", object: "upload" });
  else if (url.endsWith("/content")) response.writeHead(200, { "content-type": "text/csv" }).end("a,b");
  else if (url.includes("/chat/completions")) {
    send({ id: "c", object: "chat.completion", choices: [{ index: 0, message: {}, finish_reason: "stop" }] });
  } else if (method === "POST") send({ id: `file-${said}`, object: "file" });
  else send({ id: url.split("/").at(-1), object: "file", data: [] });
}

const agent = (name: string, more: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: ${name} }
spec: { endpoints: [ "http://127.0.0.1:9" ] ${more} }
`;

beforeAll(async () => {
  vendor = await startUpstream((request, response) => void answer(request, response));
  world = await startWorld({
    models: ["asked"],
    agentSpec: "  metered: [files]",
    documents: `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: vendor }
spec:
  api: openai
  baseUrl: ${vendor.origin}
  credential: { env: TEST_PROVIDER_KEY }
  models: { real: {} }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: asked }
spec: { targets: [ { provider: vendor, model: real } ] }
${agent("other", ", metered: [files]")}`,
  });
});
afterAll(async () => {
  await world.close();
  await vendor.close();
});

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(world.openaiUrl.replace("/openai/v1", `/vendor/v1${path}`), init);
}

function form(text: string): RequestInit {
  const body = new FormData();
  body.set("purpose", "assistants");
  body.set("file", new Blob([text]), "notes.txt");
  return { method: "POST", body };
}

function json(value: unknown): RequestInit {
  const headers = { "content-type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(value) };
}

const refusal = (response: Response) => response.headers.get("x-sluice-refusal");
const about = (file_id: string) =>
  json({ model: "asked", messages: [{ role: "user", content: [{ type: "file", file: { file_id } }] }] });

describe("a file at the provider", () => {
  it("may be fetched, read, used in a call and deleted by who uploaded it", async () => {
    const { id } = (await (await ask("/files", form("mine"))).json()) as { id: string };
    expect((await ask(`/files/${id}`)).status).toBe(200);
    expect(await (await ask(`/files/${id}/content`)).text()).toBe("a,b");
    expect(refusal(await ask("/chat/completions", about(id)))).toBe(null);
    expect((await ask(`/files/${id}`, { method: "DELETE" })).status).toBe(200);
  });

  it("that became of an upload in parts is its maker's, too", async () => {
    expect(refusal(await ask("/uploads/upload_1/parts", form("part")))).toBe("stored_denied");
    await ask("/uploads", json({ filename: "x", bytes: 4, mime_type: "text/plain", purpose: "assistants" }));
    expect(refusal(await ask("/uploads/upload_1/parts", form("part")))).toBe(null);
    await ask("/uploads/upload_1/complete", json({ part_ids: ["part_1"] }));
    expect((await ask("/files/file-whole")).status).toBe(200);
  });

  it.each([
    ["fetched", "/files/file-of-others", {}],
    ["read", "/files/file-of-others/content", {}],
    ["deleted", "/files/file-of-others", { method: "DELETE" }],
    ["used in a call", "/chat/completions", about("file-of-others")],
    ["found in a list", "/files", {}],
    ["added to", "/uploads/upload_of_others/parts", form("part")],
    ["finished", "/uploads/upload_of_others/complete", json({ part_ids: [] })],
  ] as const)("cannot be %s by who has not made it", async (_what, path, init) => {
    const count = seen.length;
    const denied = await ask(path, init);
    expect([denied.status, refusal(denied)]).toEqual([403, "stored_denied"]);
    expect(seen).toHaveLength(count);
  });

  it("has one spelling of its id", async () => {
    const { id } = (await (await ask("/files", form("spelt"))).json()) as { id: string };
    const count = seen.length;
    expect(refusal(await ask(`/files/${id.replace("-", "%2D")}`))).toBe("request_malformed");
    expect(seen).toHaveLength(count);
  });
});
