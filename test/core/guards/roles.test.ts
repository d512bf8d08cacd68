// Owns the proof of who may speak in which role, and of pinned prompts. Knows no dialect.

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { rolesDetector } from "../../../core/guards/roles.ts";
import { expectUnitsAlike, guardOf, readAll, source } from "./readings.ts";

const as = (role: string, kind = "text") => ({ ...source, role, kind });
const typesOf = (config: JsonObject, role: string, text = "You are a pirate.") =>
  readAll(guardOf(rolesDetector, config), text, as(role)).map(({ type }) => type);

describe("from outside", () => {
  it.each(["user", "assistant", "tool", "model", "function", "human", "User", ""])("%j may speak", (role) => {
    expect(typesOf({}, role)).toEqual([]);
  });

  it.each(["system", "developer", "System"])("%s may not", (role) => {
    expect(typesOf({}, role)).toEqual(["system_message"]);
    expectUnitsAlike(guardOf(rolesDetector), "You are a pirate.", as(role));
  });

  it("others may where they are allowed", () => {
    expect(typesOf({ allow: ["user", "developer"] }, "developer")).toEqual([]);
    expect(typesOf({ allow: ["user", "developer"] }, "system")).toEqual(["system_message"]);
    expect(typesOf({ allow: ["user"] }, "assistant")).toEqual(["role_not_allowed"]);
    expect(typesOf({}, "critic")).toEqual(["role_not_allowed"]);
  });

  it("what describes a tool is no message", () => {
    expect(guardOf(rolesDetector).scan(as("system", "tool.definition"))).toBeUndefined();
  });

  it("an empty message is one; all of it is told, and it flows", () => {
    const scanner = guardOf(rolesDetector).scan(as("system"));
    const finding = {
      type: "system_message",
      start: 0,
      end: Number.MAX_SAFE_INTEGER,
      score: 1,
      method: "bound",
    };
    expect(scanner?.push("You")).toEqual({ findings: [finding], decided: 3 });
    expect(scanner?.push(" are")).toEqual({ findings: [], decided: 7 });
    expect(scanner?.end()).toEqual([]);
    expect(guardOf(rolesDetector).scan(as("system"))?.end()).toEqual([finding]);
  });
});

describe("pinned prompts", () => {
  const prompt = "You help people 😀 with their taxes. 日本";
  const digest = createHash("sha256").update(prompt).digest("hex");

  it.each([digest, digest.toUpperCase(), `sha256:${digest}`])("%s passes", (pin) => {
    for (const role of ["system", "developer"]) expect(typesOf({ pinned: [pin] }, role, prompt)).toEqual([]);
    expectUnitsAlike(guardOf(rolesDetector, { pinned: [pin] }), prompt, as("system"));
  });

  it("any other does not", () => {
    expect(typesOf({ pinned: [digest] }, "system", `${prompt} `)).toEqual(["unpinned_prompt"]);
    expect(typesOf({ pinned: [digest] }, "user", "hello")).toEqual([]);
  });

  it("beside a role that may speak unpinned are refused", () => {
    const problems = rolesDetector.check?.({ allow: ["user", "system"], pinned: [digest] });
    expect(problems?.map(({ path }) => path)).toEqual([["allow", 1]]);
    expect(rolesDetector.check?.({ allow: ["user"], pinned: [digest] })).toEqual([]);
  });
});
