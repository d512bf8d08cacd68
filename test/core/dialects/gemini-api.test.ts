// Owns the proof of Google's routes, its credential in each of its places, and its lists of models. Knows no
// policy.

import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../core/contracts/dialect.ts";
import { geminiApi } from "../../../core/dialects/apis/gemini.ts";
import { gemini } from "../../../core/dialects/gemini.ts";
import { geminiEmbeddings, vertexPredict } from "../../../core/dialects/gemini-embeddings.ts";
import { geminiModels, vertexModels } from "../../../core/dialects/gemini-models.ts";
import { geminiTokens } from "../../../core/dialects/gemini-tokens.ts";
import { findRoute } from "../../../core/dialects/index.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { readRows, sharedPath } from "../../shared-data.ts";

const vertex = "/v1beta1/projects/p/locations/global/publishers/google";
const find = (line: string) => {
  const [method = "", path = ""] = line.split(" ");
  return findRoute(geminiApi.routes, method, path);
};

describe("routes", () => {
  it.each<[string, Dialect]>([
    [":generateContent", gemini],
    [":streamGenerateContent", gemini],
    [":countTokens", geminiTokens],
    [":embedContent", geminiEmbeddings],
    [":batchEmbedContents", geminiEmbeddings],
  ])("%s is inspected at AI Studio and Vertex AI", (method, dialect) => {
    for (const base of ["/v1beta", "/v1", "/v1alpha", vertex, "/v1/publishers/google"]) {
      expect(find(`POST ${base}/models/gemini-3${method}`)?.dialect).toBe(dialect);
      expect(find(`GET ${base}/models/gemini-3${method}`)?.dialect).not.toBe(dialect);
    }
  });

  it("of models and of Vertex AI's predict are inspected, too", () => {
    expect(find("GET /v1beta/models")?.dialect).toBe(geminiModels);
    expect(find("GET /v1beta/models/gemini-3")?.dialect).toBe(geminiModels);
    expect(find(`GET ${vertex}/models/gemini-3`)?.dialect).toBe(vertexModels);
    expect(find(`POST ${vertex}/models/text-embedding-005:predict`)?.dialect).toBe(vertexPredict);
    expect(find("POST /v1beta/tunedModels/mine:generateContent")?.dialect).toBe(gemini);
  });

  it("are refused by name, or as unknown", () => {
    const lines = [
      ...["POST /v1beta/interactions", "POST /v1beta/cachedContents", "POST /upload/v1beta/files"],
      ...["POST /v1beta/models/veo-3:predictLongRunning", "POST /v1beta/models/g:batchGenerateContent"],
      ...[
        "POST /v1beta/models/imagen-4:predict",
        "POST /v1beta/auth_tokens",
        "POST /v1beta/openai/embeddings",
      ],
      "POST /v1/projects/p/locations/l/publishers/anthropic/models/claude:rawPredict",
      "GET /ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
    ];
    for (const line of lines) expect([line, find(line)?.coverage]).toEqual([line, "refused"]);
    const unknown = [
      ...["POST /v1beta/models/a%2Fb:generateContent", "POST /v1beta/models/..:generateContent"],
      ...["POST /v1beta/models/:generateContent", "POST /v1beta/models/a:generatecontent"],
      ...["POST /v2/models/a:generateContent", "POST //v1beta/models/a:generateContent"],
    ];
    for (const line of unknown) expect([line, find(line)]).toEqual([line, undefined]);
  });

  it("are each listed once", () => {
    const lines = geminiApi.routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(lines).size).toBe(lines.length);
  });

  const files = ["gemini", "gemini-count-tokens", "embeddings-gemini", "models-list", "gemini-interactions"];
  const paths = files.map((file) => sharedPath(`recorded/${file}.jsonl.gz`));
  interface Row {
    readonly request: { readonly method: string; readonly url: string };
  }
  const rows = paths.flatMap((path) => (path === undefined ? [] : readRows<Row>(path)));

  it.skipIf(rows.length === 0)("take whatever was recorded with Google", () => {
    const asked = rows.map(({ request: { method, url } }) => ({ method, ...splitUrl(url) }));
    const google = asked.filter(({ host }) => host.endsWith("googleapis.com"));
    expect(google.length).toBeGreaterThan(450);
    for (const { method, path } of google) {
      expect([path, find(`${method} ${path}`) !== undefined]).toEqual([path, true]);
    }
  });
});

/** Recorded paths may hold what the recorder put in the place of names. */
function splitUrl(url: string): { readonly host: string; readonly path: string } {
  const [, host = "", path = ""] = /^https:\/\/([^/]+)([^?]*)/.exec(url) ?? [];
  return { host, path: path.replace(/\?.*/, "") };
}

describe("the api", () => {
  it("shows a key to AI Studio, a token or a key to Vertex AI", () => {
    const key = { "x-goog-api-key": "AIzaKey" };
    expect(geminiApi.authorize("AIzaKey", "/v1beta/models/g:generateContent")).toEqual(key);
    expect(geminiApi.authorize("AIzaKey")).toEqual(key);
    expect(geminiApi.authorize("AIzaKey", "/v1/publishers/google/models/g:generateContent")).toEqual(key);
    expect(geminiApi.authorize("ya29.t", `${vertex}/models/g:generateContent`)).toEqual({
      authorization: "Bearer ya29.t",
    });
    expect(geminiApi.authorize(undefined, `${vertex}/models/g:generateContent`)).toEqual({});
    expect(geminiApi.headers).toEqual(["x-server-timeout"]);
  });

  it("has a place for its own chats alone", () => {
    const about = { model: "gemini-3", isStream: false };
    expect(geminiApi.endpoint(gemini, about)).toBe("/v1beta/models/gemini-3:generateContent");
    expect(geminiApi.endpoint(gemini, { model: "tunedModels/a", isStream: true })).toBe(
      "/v1beta/tunedModels/a:streamGenerateContent?alt=sse",
    );
    expect(geminiApi.endpoint(openAiChat, about)).toBeUndefined();
  });

  it("is asked in the operator's project where the base URL names one", () => {
    const asked = `${vertex}/models/g:streamGenerateContent?alt=sse`;
    const base = "/v1/projects/ours/locations/eu/publishers/google";
    expect(geminiApi.below?.(base, asked)).toBe("/models/g:streamGenerateContent?alt=sse");
    expect(geminiApi.below?.(base, "/v1beta/models/g:generateContent")).toBe("/models/g:generateContent");
    expect(geminiApi.below?.("", asked)).toBe(asked);
  });
});

describe("the list of models", () => {
  const none = Buffer.alloc(0);
  const head = (path: string, query = "") => ({ method: "GET", path, query, headers: {} });

  it("is asked for without a body, whole or one model of it", () => {
    const read = (path: string, query?: string) => geminiModels.readCall(none, head(path, query));
    expect(read("/v1beta/models", "?pageSize=5&key=secret")).toMatchObject({
      operation: "models",
      model: undefined,
    });
    expect(read("/v1beta/models/gemini-3")).toMatchObject({ operation: "models", model: "gemini-3" });
    expect(read("/v1beta/models", "?fields=models")).toMatchObject({ code: "request_malformed" });
    expect(geminiModels.readCall(Buffer.from("{}"), head("/v1beta/models"))).toMatchObject({
      code: "request_malformed",
    });
  });

  it("is Google's, at AI Studio and at Vertex AI", () => {
    const listed = geminiModels.writeModels?.(["a", "b"], undefined);
    expect(listed).toMatchObject({ models: [{ name: "models/a", displayName: "a" }, { name: "models/b" }] });
    expect(geminiModels.writeModels?.(["a"], "a")).toMatchObject({ name: "models/a" });
    expect(vertexModels.writeModels?.(["a"], undefined)).toMatchObject({
      publisherModels: [{ name: "publishers/google/models/a" }],
    });
    expect(geminiModels.writeModels?.([], undefined)).toEqual({ models: [] });
  });
});
