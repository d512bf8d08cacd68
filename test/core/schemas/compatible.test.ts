// Owns the proof of which versions of a tool may live beside one another. Knows no registry.

import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/contracts/json.ts";
import type { ToolDefinition } from "../../../core/contracts/tool-registry.ts";
import { findConflict } from "../../../core/schemas/compatible.ts";

const loose: JsonObject = { type: "object", properties: { a: { type: "string" } } };
const tight: JsonObject = { ...loose, required: ["a"] };

function saying(version: string, parameters: JsonObject, returns?: JsonObject) {
  const definition: ToolDefinition = {
    ...{ name: "t", version, description: "T", parameters, returns, endpoint: "http://t.svc/" },
    ...{ health_url: undefined, auth_type: "none", rate_limit: 60, timeout_ms: 1_000 },
  };
  return { definition, hash: JSON.stringify([version, parameters, returns]) };
}

describe("a version", () => {
  it("goes with itself, as often as it has servers", () => {
    expect(findConflict(saying("1.0.0", loose), [])).toBeUndefined();
    expect(findConflict(saying("1.0.0", loose), [saying("1.0.0", loose)])).toBeUndefined();
  });

  it("says one thing", () => {
    expect(findConflict(saying("1.0.0", tight), [saying("1.0.0", loose)])).toContain("another definition");
  });

  it("breaks nobody who asked for the one below", () => {
    expect(findConflict(saying("1.1.0", loose), [saying("1.0.0", tight)])).toBeUndefined();
    expect(findConflict(saying("1.1.0", tight), [saying("1.0.0", loose)])).toContain(
      "breaks callers of 1.0.0",
    );
    expect(findConflict(saying("1.0.0", loose), [saying("1.1.0", tight)])).toContain(
      "breaks callers of 1.0.0",
    );
  });

  it("promises no less than the one below", () => {
    const promise: JsonObject = { type: "object", required: ["results"] };
    const found = findConflict(saying("1.1.0", loose), [saying("1.0.0", loose, promise)]);
    expect(found).toContain("promises less");
  });

  it("may break with another major version, which before 1.0 is the minor one", () => {
    expect(findConflict(saying("2.0.0", tight), [saying("1.0.0", loose)])).toBeUndefined();
    expect(findConflict(saying("0.3.0", tight), [saying("0.2.0", loose)])).toBeUndefined();
    expect(findConflict(saying("0.2.1", tight), [saying("0.2.0", loose)])).toContain("breaks");
  });
});
