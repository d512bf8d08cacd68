// Owns the proof that a tool's own definition is read as the field writes it, and refused where it cannot be
// checked or called. Knows no registry.

import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { readToolDefinition } from "../../../core/schemas/tool-definition.ts";

const webSearch: JsonObject = {
  name: "web_search",
  version: "2.1.0",
  description: "Searches the web",
  parameters: {
    type: "object",
    properties: {
      query: { type: "string", maxLength: 500 },
      num_results: { type: "integer", minimum: 1, maximum: 20 },
    },
    required: ["query"],
    additionalProperties: false,
  },
  returns: { type: "object", required: ["results"] },
  endpoint: "http://search.tools.svc:8080/call",
  health_url: "http://search.tools.svc:8080/health",
  auth_type: "api_key",
  rate_limit: 30,
  timeout_ms: 8_000,
};

function problemsOf(change: JsonObject): readonly string[] {
  const read = readToolDefinition({ ...webSearch, ...change }, 500);
  return read.kind === "unfit" ? read.problems : [];
}

describe("a definition", () => {
  it("is taken as it is", () => {
    expect(readToolDefinition(webSearch, 500)).toEqual({ kind: "definition", definition: webSearch });
  });

  it("has the field's figures where it says none", () => {
    const { name, version, description, parameters, endpoint } = webSearch;
    const read = readToolDefinition({ name, version, description, parameters, endpoint } as JsonObject, 500);
    expect(read).toMatchObject({ definition: { auth_type: "none", rate_limit: 60, timeout_ms: 10_000 } });
  });

  it.each([
    [{ name: "web search" }, "/name"],
    [{ version: "2.1" }, "/version"],
    [{ description: "Searches\u202e the web" }, "/description"],
    [{ description: "Searches\nthe web" }, "/description"],
    [{ rate_limit: 0 }, "/rate_limit"],
    [{ timeout_ms: 600_001 }, "/timeout_ms"],
    [{ auth_type: "basic" }, "/auth_type"],
    [{ operations: ["*"] }, "additionalProperties"],
    [{ parameters: { type: "string" } }, "/parameters/type"],
    [{ parameters: { properties: { a: { type: "strng" } } } }, "/parameters/properties/a/type"],
    [{ parameters: { $ref: "https://schemas.example/a.json" } }, "/parameters"],
    [{ returns: { minimun: 3 } }, "/returns"],
  ] as const)("%j is refused with its place", (change, place) => {
    expect(problemsOf(change as JsonObject).join(" ")).toContain(place);
  });

  it("that is no object is refused", () => {
    for (const value of [null, [], "web_search"]) {
      expect(readToolDefinition(value, 10).kind).toBe("unfit");
    }
  });
});

describe("an address", () => {
  it.each([
    ["file:///etc/passwd", "neither http nor https"],
    ["http://user:pass@tools.svc/", "credentials"],
    ["http://tools.svc/#a", "fragment"],
    ["tools.svc/call", "URL"],
    ["http://169.254.169.254/latest", "nobody may reach"],
    ["http://0xa9fea9fe/latest", "nobody may reach"],
    ["http://[::ffff:169.254.169.254]/", "nobody may reach"],
    ["http://metadata.google.internal/", "nobody may reach"],
    ["http://0.0.0.0/", "nobody may reach"],
    ["http://[fe80::1]/", "nobody may reach"],
  ])("%s is refused", (endpoint, why) => {
    expect(problemsOf({ endpoint }).join(" ")).toContain(why);
    expect(problemsOf({ health_url: endpoint }).join(" ")).toContain(why);
  });
});
