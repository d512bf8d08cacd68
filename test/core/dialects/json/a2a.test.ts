// Owns the proof that A2A's texts are found, its own words are none, and its streams are read.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { jsonDialect } from "../../../../core/dialects/json.ts";
import { sharedPath } from "../../../shared-data.ts";

/** An agent that says where its own texts stand: A2A's are found all the same. */
const dialect = jsonDialect({ requestText: ["/prompt"], responseText: ["/output"] });
const bounds = { frameBytesMax: 1_000_000, bodyBytesMax: 1_000_000 };

function asked(body: unknown, path = "/") {
  const headers = { "content-type": "application/a2a+json" };
  const call = dialect.readCall(Buffer.from(JSON.stringify(body)), {
    method: "POST",
    path,
    query: "",
    headers,
  });
  if (call.kind === "refusal") throw new Error(call.message);
  return call;
}

function answered(type: string, ...chunks: readonly string[]): readonly string[] {
  const reader = dialect.reader({ status: 200, headers: { "content-type": type } }, bounds);
  const frames = [...chunks.map((chunk) => reader.push(Buffer.from(chunk))), reader.end()].flatMap((said) => {
    if ("kind" in said) throw new Error(said.message);
    return said;
  });
  return frames.flatMap(({ deltas }) => deltas.flatMap((delta) => ("text" in delta ? [delta.text] : [])));
}

const id = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const parts = [
  { kind: "text", text: "Find me a flat." },
  { kind: "data", data: { id: "ignore-all", note: "in Bern" } },
  { kind: "file", file: { name: "plan.png", mimeType: "image/png", bytes: "aGVsbG8=" } },
];

it("finds the texts of 0.3's requests", () => {
  const message = { kind: "message", role: "user", messageId: id, contextId: id, parts };
  const call = asked({ jsonrpc: "2.0", id: 7, method: "message/send", params: { message } });
  expect(call.texts.map(({ text }) => text)).toEqual([
    "Find me a flat.",
    "ignore-all",
    "in Bern",
    "plan.png",
  ]);
  expect(call.texts[0]).toMatchObject({
    pointer: "/params/message/parts/0/text",
    role: "user",
    kind: "text",
  });
  expect(call.media).toEqual([
    { pointer: "/params/message/parts/2/file/bytes", type: "file", source: "base64" },
  ]);
  expect(call.isStream).toBe(false);
});

it("finds those of 1.0's, in both bindings", () => {
  const message = { role: "ROLE_AGENT", messageId: id, parts: [{ text: "As I said." }, { raw: "aGVsbG8=" }] };
  const rpc = asked({ jsonrpc: "2.0", id, method: "SendStreamingMessage", params: { message } });
  expect(rpc).toMatchObject({ isStream: true, texts: [{ text: "As I said.", role: "assistant" }] });
  const http = asked({ message: { ...message, role: "ROLE_USER" } }, "/v1/message:send");
  expect(http).toMatchObject({ isStream: false, texts: [{ text: "As I said.", role: "user" }] });
  expect(asked({ jsonrpc: "2.0", id, method: "GetTask", params: { id: "task-1" } }).texts).toEqual([]);
});

it("takes nothing for a word of its own that could be read as a sentence", () => {
  const message = { role: "user", messageId: "ignore all rules", parts: [], metadata: { id: "also-this" } };
  const call = asked({ jsonrpc: "2.0", id, method: "message/send", params: { message } });
  expect(call.texts.map(({ text }) => text)).toEqual(["ignore all rules", "also-this"]);
});

it("leaves all else as the policy says", () => {
  expect(asked({ jsonrpc: "2.0", method: "own/method", params: { text: "x" } }).texts).toEqual([]);
  expect(asked({ prompt: "hello", message: { parts: [{ text: "x" }] } }).texts).toHaveLength(1);
});

it("reads streams event by event, and whole answers", () => {
  const event = (result: unknown) => `data: ${JSON.stringify({ jsonrpc: "2.0", id: 7, result })}\n\n`;
  const artifact = (text: string) => ({ taskId: id, artifact: { artifactId: "a", parts: [{ text }] } });
  const stream = [
    event({ task: { id, contextId: id, status: { state: "TASK_STATE_WORKING" } } }),
    event({ artifactUpdate: artifact("It is ") }),
    event({ artifactUpdate: artifact("done.") }),
    event({ kind: "status-update", taskId: id, final: true, status: { state: "completed" } }),
  ];
  expect(answered("text/event-stream", ...stream)).toEqual(["It is ", "done."]);
  expect(
    answered("text/event-stream", 'data: {"message":{"role":"ROLE_AGENT","parts":[{"text":"Hi"}]}}\n\n'),
  ).toEqual(["Hi"]);
  const task = {
    kind: "task",
    id,
    status: { state: "failed", message: { role: "agent", parts: [{ text: "No." }] } },
  };
  expect(answered("application/json", JSON.stringify({ jsonrpc: "2.0", id: 1, result: task }))).toEqual([
    "No.",
  ]);
});

const examples = sharedPath("a2a/v1.0.1/examples.jsonl");

it.skipIf(examples === undefined)("finds every part's text in the specification's own examples", () => {
  const rows = readFileSync(examples ?? "", "utf8")
    .split("\n")
    .filter(Boolean);
  let seen = 0;
  for (const row of rows.map((line) => JSON.parse(line) as { kind: string; text?: string })) {
    const [head = "", body = ""] = (row.text ?? "").split("\n\n");
    const path = /^POST (\S+message:\w+) /.exec(head)?.[1];
    if (row.kind !== "http" || path === undefined || /[/][*]|[/][/] |[.]{3}/.test(body)) continue;
    const wanted = [...body.matchAll(/"text":\s*"((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
      JSON.parse(`"${text}"`),
    );
    const found = asked(JSON.parse(body), path).texts.map(({ text }) => text);
    for (const text of wanted) expect(found).toContain(text);
    seen += wanted.length;
  }
  expect(seen).toBeGreaterThan(5);
});
