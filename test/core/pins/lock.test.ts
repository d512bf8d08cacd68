// Owns the proof that a definition has one hash, whoever writes it, that any change of it is another, and
// that a lock file is what it says. Knows no server.

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { pinOf } from "../../../core/pins/definition.ts";
import { diffLocks } from "../../../core/pins/diff.ts";
import { emptyLock, readLock, writeLock } from "../../../core/pins/lock.ts";

const tool: JsonObject = {
  name: "search",
  description: "Searches",
  inputSchema: { type: "object", properties: { n: { maximum: 1e21 }, q: { type: "string" } } },
  annotations: { readOnlyHint: true },
};
const hashOf = (value: JsonObject) => pinOf("tools", value)?.hash;
const lockOf = (...tools: readonly JsonObject[]) => {
  const pins = tools.flatMap((each) => pinOf("tools", each) ?? []);
  return {
    ...emptyLock,
    tools: new Map(pins.map(({ name, hash, definition }) => [name, { hash, definition }])),
  };
};

describe("a hash", () => {
  it("is that of the canonical form: RFC 8785 and SHA-256", () => {
    const digest = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64url")}`;
    expect(hashOf({ name: "é", n: 1.0, b: [1e21] })).toBe(digest('{"b":[1e+21],"n":1,"name":"é"}'));
  });

  it("does not depend on the order of members, nor on what is no definition", () => {
    const turned = Object.fromEntries(Object.entries(tool).reverse());
    expect(hashOf({ ...turned, _meta: { at: 5 }, icons: [] } as JsonObject)).toBe(hashOf(tool));
  });

  it("is another for every change of one letter", () => {
    const text = JSON.stringify(tool);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), (at) => {
        const isInText = text.slice(0, at).split('"').length % 2 === 0;
        if (!isInText || text[at] === '"') return;
        const changed = JSON.parse(`${text.slice(0, at)}#${text.slice(at + 1)}`);
        expect(hashOf(changed)).not.toBe(hashOf(tool));
      }),
    );
  });

  it("is not had of what has no canonical form, or no name", () => {
    expect(hashOf({ name: "a", description: "\ud800" })).toBeUndefined();
    expect(hashOf({ title: "a" })).toBeUndefined();
  });
});

describe("a lock file", () => {
  const read = (text: string) => readLock(Buffer.from(text));

  it("is read as it was written, in an order of its own", () => {
    const lock = lockOf({ ...tool, name: "b" }, tool);
    expect(read(writeLock(lock))).toEqual({ kind: "lock", lock });
    expect(writeLock(lock)).toBe(writeLock(lockOf(tool, { ...tool, name: "b" })));
  });

  it.each([
    ["a definition that was edited", writeLock(lockOf(tool)).replace("Searches", "Search it")],
    ["a hash that was edited", writeLock(lockOf(tool)).replace(/sha256-./, "sha256-_")],
    ["another name", writeLock(lockOf(tool)).replace('"search": {', '"find": {')],
    ["another version", '{ "version": 2 }'],
    ["a name twice", '{ "version": 1, "tools": {}, "tools": {} }'],
    ["no JSON", "tools:"],
  ])("with %s is refused", (_, text) => {
    expect(read(text)).toMatchObject({ kind: "problem" });
  });
});

describe("a diff", () => {
  it("tells what was added, removed and changed, and where", () => {
    const changed = { ...tool, description: "Searches all", inputSchema: { type: "object" } };
    const changes = diffLocks(lockOf(tool, { name: "gone" }), lockOf(changed, { name: "new" }));
    expect(
      changes.map(({ name, change, places }) => [name, change, places.map(({ pointer }) => pointer)]),
    ).toEqual([
      ["gone", "removed", []],
      ["new", "added", []],
      ["search", "changed", ["/description", "/inputSchema/properties"]],
    ]);
  });
});
