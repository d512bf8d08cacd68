// Owns the proof that pointers lead where RFC 6901 says. Knows the pointer functions only.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../core/contracts/dialect.ts";
import {
  below,
  compilePointer,
  memberNamedAt,
  nameAt,
  textsAt,
  textsBelow,
  valueAt,
} from "../../../core/text/pointer.ts";

const document: JsonValue = {
  foo: ["bar", "baz"],
  "": 0,
  "a/b": 1,
  "c%d": 2,
  "m~n": 8,
  items: [{ text: "one" }, { text: ["two", { deep: "three" }], n: 4 }, "no"],
  "*": { text: "star" },
};
const at = (pointer: string) => valueAt(document, compilePointer(pointer) ?? ["none"]);
const texts = (pointer: string) => [...textsAt(document, compilePointer(pointer) ?? ["none"])];

describe("pointers", () => {
  it("read what RFC 6901 section 5 says", () => {
    expect(at("")).toBe(document);
    expect(at("/foo")).toEqual(["bar", "baz"]);
    expect(at("/foo/0")).toBe("bar");
    expect(at("/")).toBe(0);
    expect(at("/a~1b")).toBe(1);
    expect(at("/c%d")).toBe(2);
    expect(at("/m~0n")).toBe(8);
  });

  it("read nothing where there is nothing", () => {
    for (const pointer of [
      "/none",
      "/foo/2",
      "/foo/00",
      "/foo/-",
      "/foo/length",
      "/foo/0/0",
      "/constructor",
    ]) {
      expect(at(pointer)).toBeUndefined();
    }
    expect(valueAt(undefined, [])).toBeUndefined();
  });

  it("are refused where they are none", () => {
    expect(["a", "/~", "/~2", "foo/0"].map(compilePointer)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("find every string at or below the place, `*` standing for every element of a list", () => {
    expect(texts("/items/*/text")).toEqual([
      { pointer: "/items/0/text", text: "one" },
      { pointer: "/items/1/text/0", text: "two" },
      { pointer: "/items/1/text/1/deep", text: "three" },
    ]);
    expect(texts("/*/text")).toEqual([{ pointer: "/*/text", text: "star" }]);
    expect(texts("").length).toBe(11);
    expect(texts("/a~1b")).toEqual([]);
  });

  it("find names that say something, and numbers that may be somebody's", () => {
    const value = {
      "Ann Lee": 1,
      city_name: "Rome",
      "x-id": 4111111111111111,
      "4111111111111111": [12, 1e30],
    };
    expect([...textsBelow(value, "")]).toEqual([
      { pointer: "/Ann Lee~#", text: "Ann Lee", of: "name" },
      { pointer: "/city_name", text: "Rome" },
      { pointer: "/x-id", text: "4111111111111111", of: "number" },
      { pointer: "/4111111111111111~#", text: "4111111111111111", of: "name" },
    ]);
    const isSilent = (name: string) => name === "Ann Lee";
    expect([...textsBelow(value, "", isSilent)].map(({ text }) => text)).not.toContain("Ann Lee");
    expect(memberNamedAt(nameAt("/a"))).toBe("/a");
    expect([memberNamedAt("/a~0#"), compilePointer(nameAt("/a"))]).toEqual([undefined, undefined]);
  });

  it("are made name by name", () => {
    const pointer = below(below("/a", "m~n/o"), 3);
    expect(pointer).toBe("/a/m~0n~1o/3");
    expect(compilePointer(pointer)).toEqual(["a", "m~n/o", "3"]);
  });
});
