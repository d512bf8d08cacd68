// Owns the proof that a provider's routes are covered by name or refused. Knows tables and findRoute only.

import { describe, expect, it } from "vitest";
import { apis, findRoute } from "../../../core/dialects/index.ts";

const openAiRoutes = apis.openai?.routes ?? [];

const coverage = (line: string) => {
  const [method = "", path = ""] = line.split(" ");
  return findRoute(openAiRoutes, method, path)?.coverage;
};

describe("the routes of an OpenAI provider", () => {
  it("are inspected where the dialect reads them", () => {
    const lines = [
      ...["POST /v1/chat/completions", "POST /v1/embeddings", "POST /v1/completions"],
      ...["GET /v1/models", "GET /v1/models/ft:gpt-4o:org::x~1"],
    ];
    for (const line of lines) expect([line, coverage(line)]).toEqual([line, "inspected"]);
  });

  it("are metered by their family where nobody reads them", () => {
    const lines = [
      ...["POST /v1/moderations", "POST /v1/images/generations", "POST /v1/audio/speech", "POST /v1/files"],
      ...["POST /v1/audio/transcriptions", "POST /v1/rerank", "POST /v2/rerank", "POST /v1/uploads/a/parts"],
    ];
    for (const line of lines) expect([line, coverage(line)]).toEqual([line, "metered"]);
    for (const { coverage, family } of openAiRoutes)
      expect(family !== undefined).toBe(coverage === "metered");
  });

  it("are refused by name where it does not read them yet", () => {
    const names = [
      ...["POST /v1/chat", "POST /v2/chat", "POST /v2/embed"],
      ...["POST /v1/batches", "GET /v1/realtime", "POST /v1/realtime/calls", "POST /v1/assistants"],
      ...["POST /v1/threads/a/runs", "POST /v1/vector_stores/a/search", "POST /v1/fine_tuning/jobs"],
      ...["POST /v1/evals", "POST /v1/containers", "POST /v1/conversations", "POST /v1/videos"],
      ...["DELETE /v1/models/a", "GET /v1/chat/completions"],
      ...["GET /v1/organization/admin_api_keys", "GET /v1/organization/usage/completions"],
    ];
    for (const line of names) expect([line, coverage(line)]).toEqual([line, "refused"]);
  });

  it("are not listed where nobody named them, or where a path can be read in two ways", () => {
    const lines = [
      ...["PUT /v1/chat/completions", "POST /v1/chat/completions/", "POST //v1/chat/completions"],
      ...["POST /v1/chat/completions?x", "POST /v1/chat/../chat/completions", "POST /v1/chat%2Fcompletions"],
      ...[
        "GET /v1/models/",
        "GET /v1/models/..",
        "GET /v1/models/.",
        "GET /v1/models/%2e%2E",
        "GET /v1/models/a/b",
      ],
      ...[
        "GET /v1/models/a%2Fb",
        "GET /v1/models/a%5cb",
        "GET /v1/models/a\\b",
        "GET /v1/engines/*/x",
        "GET *",
      ],
    ];
    for (const line of lines) expect([line, coverage(line)]).toEqual([line, undefined]);
  });

  it("are each listed once, as a method and a path", () => {
    const lines = openAiRoutes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(lines).size).toBe(lines.length);
    for (const line of lines) expect(line).toMatch(/^(GET|POST|DELETE) (\/([a-z0-9_-]+|\*))+$/);
    expect(lines.length).toBeGreaterThan(300);
  });
});
