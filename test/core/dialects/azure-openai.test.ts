// Owns the proof that Azure's paths are OpenAI's dialects with the model elsewhere. Knows no policy.

import { describe, expect, it } from "vitest";
import type { Call, JsonValue } from "../../../core/contracts/dialect.ts";
import { azureOpenAiApi } from "../../../core/dialects/apis/azure-openai.ts";
import { azureChat } from "../../../core/dialects/azure-deployments.ts";
import { findRoute } from "../../../core/dialects/index.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { readRows, sharedPath } from "../../shared-data.ts";
import { answerHead, deltasOf, frames } from "./answers.ts";

const messages: JsonValue = [{ role: "user", content: "hi" }];

function headOf(path: string, query = "") {
  return { method: "POST", path, query, headers: {} };
}

function ask(path: string, request: { [name: string]: JsonValue }): { call: Call; body: Buffer } {
  const body = Buffer.from(JSON.stringify({ messages, ...request }));
  const call = azureChat.readCall(body, headOf(path));
  if (call.kind === "refusal") throw new Error(call.message);
  return { call, body };
}

describe("a deployment's call", () => {
  const path = "/openai/deployments/gpt%204o/chat/completions";
  const head = headOf(path, "?api-version=2024-10-21");

  it("asks for the model in its path", () => {
    const { call, body } = ask(path, {});
    expect(call.model).toBe("gpt 4o");
    expect(azureChat.writeCall(call, head, "gpt 4o")).toEqual({ path: path + head.query, body });
    expect(azureChat.writeCall(call, head, undefined).body).toBe(body);
  });

  it("goes to the target's deployment, and leaves a body alone that names none", () => {
    const { call, body } = ask(path, { model: null });
    const written = azureChat.writeCall(call, head, "a/b");
    expect(written.path).toBe("/openai/deployments/a%2Fb/chat/completions?api-version=2024-10-21");
    expect(written.body).toBe(body);
  });

  it("never carries another model in its body than in its path", () => {
    const { call } = ask(path, { model: "gpt-4.5" });
    const sent = (model: string | undefined) =>
      JSON.parse(azureChat.writeCall(call, head, model).body.toString());
    expect(sent(undefined)).toEqual({ messages, model: "gpt 4o" });
    expect(sent("other")).toEqual({ messages, model: "other" });
  });

  it("is written for OpenAI's own API with the model in its body", () => {
    const { call } = ask(path, {});
    const written = azureChat.elsewhere?.writeCall(call, head, "gpt-4o");
    expect(JSON.parse(String(written?.body))).toEqual({ messages, model: "gpt-4o" });
    expect(azureOpenAiApi.endpoint(openAiChat, { model: "m", isStream: true })).toBe(
      "/openai/v1/chat/completions",
    );
  });
});

describe("Azure's API", () => {
  const coverage = (line: string) => {
    const [method = "", path = ""] = line.split(" ");
    return findRoute(azureOpenAiApi.routes, method, path)?.coverage;
  };

  it("is inspected, metered or refused by name", () => {
    for (const [line, expected] of [
      ["POST /openai/deployments/x/embeddings", "inspected"],
      ["POST /openai/v1/chat/completions", "inspected"],
      ["GET /openai/v1/models/x", "inspected"],
      ["POST /models/chat/completions", "inspected"],
      ["POST /openai/deployments/x/audio/speech", "metered"],
      ["POST /openai/deployments/x/extensions/chat/completions", "refused"],
      ["POST /openai/v1/batches", "refused"],
      ["POST /openai/responses", coverage("POST /openai/v1/responses")],
      ["POST /openai/deployments/x%2Fy/chat/completions", undefined],
      ["POST /openai/deployments/../chat/completions", undefined],
      ["POST /v1/chat/completions", undefined],
    ] as const) {
      expect([line, coverage(line)]).toEqual([line, expected]);
    }
  });

  it("shows its key in a header of its own", () => {
    expect(azureOpenAiApi.authorize("k")).toEqual({ "api-key": "k" });
    expect(azureOpenAiApi.authorize(undefined)).toEqual({});
  });

  it("is read with what it adds: filter results, a first chunk without choices, a filter's refusal", () => {
    const error = {
      code: "content_filter",
      innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result: {} },
    };
    const refused = Buffer.from(JSON.stringify({ error }));
    expect(deltasOf(frames(azureChat, answerHead("application/json", 400), [refused]))).toEqual([
      { kind: "error", status: 400 },
    ]);
    const first = { choices: [], id: "", prompt_filter_results: [{ prompt_index: 0 }] };
    const body = Buffer.from(`data: ${JSON.stringify(first)}\n\ndata: [DONE]\n\n`);
    expect(frames(azureChat, answerHead("text/event-stream"), [body])).toHaveLength(2);
  });
});

describe("recorded calls to Azure", () => {
  interface Row {
    readonly provider: string;
    readonly request: { readonly url: string; readonly json: { [name: string]: JsonValue } };
  }
  const paths = ["openai-chat", "openai-completions", "embeddings"].map((name) =>
    sharedPath(`recorded/${name}.jsonl.gz`),
  );
  const rows = paths
    .flatMap((path) => (path === undefined ? [] : readRows<Row>(path)))
    .filter(({ provider, request }) => provider.startsWith("azure") && request.json !== undefined);

  it.skipIf(rows.length === 0)("are covered, and sent on as they came where they name one model", () => {
    expect(rows.length).toBeGreaterThan(80);
    for (const { request } of rows) {
      const url = new URL(request.url);
      const head = headOf(url.pathname.replace(/^\/\//, "/"), url.search);
      const route = findRoute(azureOpenAiApi.routes, "POST", head.path);
      if (route?.dialect === undefined) throw new Error(`not covered: ${head.path}`);
      const body = Buffer.from(JSON.stringify(request.json));
      const call = route.dialect.readCall(body, head);
      if (call.kind === "refusal") throw new Error(call.message);
      const deployment = /deployments\/([^/]+)/.exec(head.path)?.[1];
      const named = request.json.model ?? undefined;
      expect(call.model).toBe(deployment ?? named);
      const written = route.dialect.writeCall(call, head, call.model);
      expect(written.path).toBe(head.path + head.query);
      if (named === undefined || named === call.model) expect(written.body).toBe(body);
      else
        expect(JSON.parse(written.body.toString())).toEqual({ ...request.json, model: call.model ?? null });
    }
  });
});
