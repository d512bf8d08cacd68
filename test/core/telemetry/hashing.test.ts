// Owns the test of hashed ids, fresh ids and the guard on strings from outside.

import { describe, expect, it } from "vitest";
import { createHasher } from "../../../core/telemetry/hashing.ts";
import { plainId, plainWord } from "../../../core/telemetry/plain.ts";
import { newSpanId, newTraceId } from "../../../core/telemetry/trace-ids.ts";

describe("hashed ids", () => {
  it("keep their length and nothing else", () => {
    const hashed = createHasher();
    expect(hashed("session-1234")).toMatch(/^h:[0-9a-f]{16}:12$/);
    expect(hashed("session-1234")).toBe(hashed("session-1234"));
    expect(hashed("session-1235")).not.toBe(hashed("session-1234"));
  });

  it("are HMAC-SHA256: the same under one key, strange under another", () => {
    const known = createHasher({ key: "key" })("The quick brown fox jumps over the lazy dog");
    expect(known).toBe("h:f7bc83f430538424:43");
    expect(createHasher({ key: "key" })("a")).toBe(createHasher({ key: "key" })("a"));
    expect(createHasher()("a")).not.toBe(createHasher()("a"));
  });

  it("are right past the cache and for long ids", () => {
    const hashed = createHasher({ key: "key" });
    const first = hashed("id-0");
    for (let index = 1; index <= 5000; index += 1) hashed(`id-${index}`);
    expect(hashed("id-0")).toBe(first);
    expect(hashed("x".repeat(100_000))).toMatch(/^h:[0-9a-f]{16}:100000$/);
  });
});

describe("fresh ids", () => {
  it("have their shapes and do not repeat", () => {
    const traces = new Set(Array.from({ length: 2000 }, newTraceId));
    const spans = new Set(Array.from({ length: 2000 }, newSpanId));
    expect([traces.size, spans.size]).toEqual([2000, 2000]);
    for (const id of traces) expect(id).toMatch(/^[0-9a-f]{32}$/);
    for (const id of spans) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe("strings from outside", () => {
  const hashed = createHasher();

  it.each(["task-1", "0190c2e1-7f4b-7d6a-8c43-1b2f3a4d5e6f", "a.b:c@d"])("pass as an id: %s", (id) => {
    expect(plainId(id, hashed)).toBe(id);
  });

  it.each(["", "two words", "line\nbreak", "x".repeat(129), "ü"])("are hashed as an id: %j", (id) => {
    expect(plainId(id, hashed)).toBe(hashed(id));
  });

  it("pass as a word only where they are one", () => {
    expect(plainWord("tool_calls")).toBe("tool_calls");
    expect(plainWord("stop because the prompt said so")).toBe("other");
  });
});
