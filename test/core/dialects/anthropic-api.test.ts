// Owns the proof of Anthropic's routes, headers and list of models. Knows no policy.

import { describe, expect, it } from "vitest";
import { anthropicCount, anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { anthropicModels } from "../../../core/dialects/anthropic-models.ts";
import { anthropicApi } from "../../../core/dialects/apis/anthropic.ts";
import { findRoute } from "../../../core/dialects/index.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";

const about = { model: "m", isStream: false };
const find = (line: string) => {
  const [method = "", path = ""] = line.split(" ");
  return findRoute(anthropicApi.routes, method, path);
};

describe("routes", () => {
  it("are inspected with and without the version", () => {
    for (const version of ["/v1", ""]) {
      expect(find(`POST ${version}/messages`)?.dialect).toBe(anthropicMessages);
      expect(find(`POST ${version}/messages/count_tokens`)?.dialect).toBe(anthropicCount);
      expect(find(`GET ${version}/models`)?.dialect).toBe(anthropicModels);
      expect(find(`GET ${version}/models/claude-1`)?.dialect).toBe(anthropicModels);
    }
  });

  it("are refused by name, or as unknown", () => {
    const lines = [
      ...[
        "POST /v1/complete",
        "POST /v1/messages/batches",
        "GET /v1/messages/batches/b/results",
        "POST /v1/files",
      ],
      ...["POST /v1/skills", "POST /v1/sessions", "GET /v1/organizations/users", "POST /v1/agents"],
    ];
    for (const line of lines) expect([line, find(line)?.coverage]).toEqual([line, "refused"]);
    for (const line of ["GET /v1/messages", "POST /v1/responses", "POST /messages/batches"]) {
      expect([line, find(line)]).toEqual([line, undefined]);
    }
  });
});

describe("the api", () => {
  it("shows the secret as Anthropic wants it, and a version where the client names none", () => {
    expect(anthropicApi.authorize("s")).toEqual({ "x-api-key": "s", "anthropic-version": "2023-06-01" });
    expect(anthropicApi.authorize(undefined)).toEqual({ "anthropic-version": "2023-06-01" });
    expect(anthropicApi.headers).toEqual(["anthropic-version", "anthropic-beta"]);
  });

  it("has a place for its own dialects alone", () => {
    expect(anthropicApi.endpoint(anthropicMessages, about)).toBe("/v1/messages");
    expect(anthropicApi.endpoint(anthropicCount, about)).toBe("/v1/messages/count_tokens");
    expect(anthropicApi.endpoint(openAiChat, about)).toBeUndefined();
  });
});

describe("the list of models", () => {
  const none = Buffer.alloc(0);
  const head = (path: string) => ({ method: "GET", path, query: "?limit=2", headers: {} });
  const model = (id: string) => ({ type: "model", id, display_name: id, created_at: "1970-01-01T00:00:00Z" });

  it("is asked for without a body, whole or one model of it", () => {
    expect(anthropicModels.readCall(none, head("/models"))).toMatchObject({
      operation: "models",
      model: undefined,
    });
    expect(anthropicModels.readCall(none, head("/v1/models/a%20b"))).toMatchObject({ model: "a b" });
    expect(anthropicModels.readCall(Buffer.from("{}"), head("/v1/models"))).toMatchObject({
      kind: "refusal",
    });
    const call = anthropicModels.readCall(none, head("/models"));
    if (call.kind === "refusal") throw new Error(call.code);
    expect(anthropicModels.writeCall(call, head("/models"), undefined).path).toBe("/v1/models?limit=2");
  });

  it("is one page, or one of them", () => {
    expect(anthropicModels.writeModels?.(["a", "b"], undefined)).toEqual({
      data: [model("a"), model("b")],
      ...{ has_more: false, first_id: "a", last_id: "b" },
    });
    expect(anthropicModels.writeModels?.([], undefined)).toMatchObject({
      data: [],
      first_id: null,
      last_id: null,
    });
    expect(anthropicModels.writeModels?.(["a"], "a")).toEqual(model("a"));
  });
});
