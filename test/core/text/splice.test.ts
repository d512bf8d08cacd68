// Owns the proof that an edit changes its place and not one byte beside it. Knows splice and locate only.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../core/contracts/dialect.ts";
import { readJson } from "../../../core/text/json.ts";
import { below, compilePointer, valueAt } from "../../../core/text/pointer.ts";
import { keepElements, locate, splice } from "../../../core/text/splice.ts";

const edit = (text: string, edits: Record<string, JsonValue>) =>
  splice(Buffer.from(text), new Map(Object.entries(edits))).toString();

describe("splice", () => {
  const cases: readonly [string, string, Record<string, JsonValue>, string][] = [
    ["nothing", ' {"a" : 1 } ', {}, ' {"a" : 1 } '],
    ["a member", '{ "a" : 1 , "b":2}', { "/a": "x" }, '{ "a" : "x" , "b":2}'],
    ["the whole", ' {"a":1}\n', { "": [1] }, " [1]\n"],
    [
      "big numbers beside it",
      '{"n":12345678901234567890,"e":1.0E+2,"m":0}',
      { "/m": 1 },
      '{"n":12345678901234567890,"e":1.0E+2,"m":1}',
    ],
    ["an element", '[1, [2, {"a":3}], 4]', { "/1/1/a": null, "/2": 5 }, '[1, [2, {"a":null}], 5]'],
    ["a missing member", '{"a":1 }', { "/b": 2 }, '{"a":1,"b":2 }'],
    ["a member of an empty object", "{ \n }", { "/b": 2 }, '{"b":2 \n }'],
    ["missing objects on the way", '{"a":1}', { "/o/p": true, "/o/q": [] }, '{"a":1,"o":{"p":true,"q":[]}}'],
    ["a null on the way", '{"o":null}', { "/o/p": true }, '{"o":{"p":true}}'],
    [
      "values of two levels",
      '{"a":{"b":1},"c":2}',
      { "/d": 4, "/a/e": 5, "/c": 6 },
      '{"a":{"b":1,"e":5},"c":6,"d":4}',
    ],
    ["an element after a list's last", '{"l":[1, {"a":2} ]}', { "/l/-": 3 }, '{"l":[1, {"a":2},3 ]}'],
    ["an element before a list's first", '{"l":[ 1,2]}', { "/l/-0": { a: [] } }, '{"l":[{"a":[]}, 1,2]}'],
    ["elements at both ends", "[1]", { "/-": 2, "/-0": 0, "/0": 1.5 }, "[0,1.5,2]"],
    ["elements of an empty list", "[ ]", { "/-": 2, "/-0": 1 }, "[1,2 ]"],
    ["what looks like an end of a list", '{"-":1}', { "/-": 2, "/-0": 3 }, '{"-":2,"-0":3}'],
    ["a member of a new element", "[1]", { "/-/a": 2 }, '[1,{"a":2}]'],
    ["an escaped name", '{"\\u0061/~":1,"b":2}', { "/a~1~0": 3 }, '{"\\u0061/~":3,"b":2}'],
    ["a name with quotes", '{"a\\"b":1}', { '/a"b': 2, "/c\nd": 3 }, '{"a\\"b":2,"c\\nd":3}'],
    ["text beyond Latin-1", '{"ä":"日本","b":"ü"}', { "/b": "é日" }, '{"ä":"日本","b":"é日"}'],
    [
      "a member's name",
      '{ "a b" : {"c":1} , "d":2}',
      { "/a b~#": "x", "/a b/c": 3 },
      '{ "x" : {"c":3} , "d":2}',
    ],
    ["names made alike", '{"a":1,"b":2,"x":3}', { "/a~#": "x", "/b~#": "x" }, '{"x_2":1,"x_3":2,"x":3}'],
    ["a name of a name", '{"a~/":{"b":1}}', { "/a~0~1~#": "x", "/a~0~1/b~#": "y" }, '{"x":{"y":1}}'],
    ["strings that look like JSON", '{"a":"},]\\"{","b":"x"}', { "/b": "y" }, '{"a":"},]\\"{","b":"y"}'],
  ];
  it.each(cases)("%s", (_what, text, edits, result) => {
    expect(edit(text, edits)).toBe(result);
  });

  const impossible: readonly [string, string, Record<string, JsonValue>][] = [
    ["a list's missing element", "[1]", { "/1": 2 }],
    ["a list's name", "[1]", { "/a": 2 }],
    ["a missing element beside a new one", "[1]", { "/-": 2, "/2": 3 }],
    ["a way through a number", '{"a":1}', { "/a/b": 2 }],
    ["a way through a string", '{"a":"{}"}', { "/a/b": 2 }],
    ["one edit within another", '{"a":{"b":1}}', { "/a": {}, "/a/b": 2 }],
    ["no pointer", "{}", { a: 1 }],
    ["a missing member's name", '{"a":1}', { "/b~#": "c" }],
  ];
  it.each(impossible)("throws on %s", (_what, text, edits) => {
    expect(() => edit(text, edits)).toThrow(RangeError);
  });

  it("sets, in any text, what the pointer then reads, and nothing else", () => {
    const spaced = fc.tuple(fc.object(), fc.constantFrom(undefined, 1, "\t"));
    fc.assert(
      fc.property(spaced, fc.jsonValue(), fc.nat(), ([object, space], value, pick) => {
        const text = JSON.stringify(object, undefined, space);
        fc.pre(!text.includes("__proto__"));
        const places = placesOf(JSON.parse(text));
        const place = places[pick % places.length] ?? "";
        const set = value as JsonValue;
        const spliced = splice(Buffer.from(text), new Map([[place, set]]));
        const model = JSON.stringify(setAt(JSON.parse(text), compilePointer(place) ?? [], set));
        expect(JSON.stringify(JSON.parse(spliced.toString()))).toBe(model);
        const [span] = locate(Buffer.from(text), [place]);
        const bytes = Buffer.from(text);
        expect(spliced.subarray(0, span?.start)).toEqual(bytes.subarray(0, span?.start));
        const after = bytes.length - (span?.end ?? 0);
        expect(spliced.subarray(spliced.length - after)).toEqual(bytes.subarray(bytes.length - after));
      }),
    );
  });

  it("is linear in the text and in the edits", () => {
    const messages = Array.from({ length: 50_000 }, () => '{"content":"abc"}').join();
    const text = `{"m":[${messages}]${" ".repeat(1e6)}}`;
    const edits = Array.from({ length: 50_000 }, (_, at) => [`/m/${at}/content`, at] as const);
    const spliced = splice(Buffer.from(text), new Map<string, JsonValue>([...edits, ["/n", 1]]));
    expect(spliced.toString().replaceAll(" ", "").endsWith('8},{"content":49999}],"n":1}')).toBe(true);
  });
});

describe("keepElements", () => {
  const keep = (text: string, lists: Record<string, readonly boolean[]>) =>
    keepElements(Buffer.from(text), new Map(Object.entries(lists))).toString();

  it.each([
    ["all", "[ 1 , 2 ]", [true, true], "[ 1 , 2 ]"],
    ["all but the first", "[ 1 , 2 , 3 ]", [false, true, true], "[ 2 , 3 ]"],
    ["all but the last", "[ 1 , 2 , 3 ]", [true, true, false], "[ 1 , 2 ]"],
    ["one in the midst", "[ 1 , 2 , 3 ]", [false, true, false], "[ 2 ]"],
    ["both ends", "[ 1 , 2 ,3, 4 ]", [true, false, false, true], "[ 1, 4 ]"],
    ["none", "[ 1 , 2 ]", [false, false], "[  ]"],
  ] as const)("%s", (_what, text, kept, result) => {
    expect(keep(text, { "": kept })).toBe(result);
  });

  it("in several lists at once, and nothing beside them", () => {
    const text = '{"n":1.0E+2,"m":[{"c":[{"a":"]"},[7],8]},{"c":[9,10]}],"z":[1 ]}';
    expect(keep(text, { "/m/0/c": [false, true, false], "/m/1/c": [true, false] })).toBe(
      '{"n":1.0E+2,"m":[{"c":[[7]]},{"c":[9]}],"z":[1 ]}',
    );
  });

  it("of any list", () => {
    const elements = fc.array(fc.tuple(fc.jsonValue(), fc.boolean()));
    fc.assert(
      fc.property(elements, fc.constantFrom(undefined, 1, "\t"), (pairs, space) => {
        const text = Buffer.from(JSON.stringify({ l: pairs.map(([value]) => value) }, undefined, space));
        fc.pre(readJson(text).kind === "json");
        const kept = keepElements(text, new Map([["/l", pairs.map(([, isKept]) => isKept)]]));
        const left = pairs.flatMap(([value, isKept]) => (isKept ? [value] : []));
        expect(kept.toString().replaceAll(/\s/g, "")).toBe(JSON.stringify({ l: left }).replaceAll(/\s/g, ""));
      }),
    );
  });
});

describe("locate", () => {
  it("finds where values are, and says where there is none", () => {
    const text = Buffer.from('{"a":[ {"b" : "é" } ],"c":1}');
    const spans = locate(text, ["/a/0/b", "/c", "", "/a/1", "/d"]);
    const found = spans.map((span) => span && text.toString("utf8", span.start, span.end));
    expect(found).toEqual(['"é"', "1", '{"a":[ {"b" : "é" } ],"c":1}', undefined, undefined]);
  });

  it("finds every value of any text", () => {
    fc.assert(
      fc.property(fc.object(), (object) => {
        const text = Buffer.from(JSON.stringify(object));
        fc.pre(readJson(text).kind === "json");
        const value = JSON.parse(text.toString());
        const places = placesOf(value);
        const spans = locate(text, places);
        for (const [at, place] of places.entries()) {
          const span = spans[at];
          const found = JSON.parse(text.toString("utf8", span?.start, span?.end));
          expect(found).toEqual(valueAt(value, compilePointer(place) ?? []));
        }
      }),
    );
  });
});

function placesOf(value: JsonValue, place = ""): string[] {
  if (typeof value !== "object" || value === null) return [place];
  const isList = Array.isArray(value);
  const parts = Object.entries(value).flatMap(([name, part]) =>
    placesOf(part, below(place, isList ? Number(name) : name)),
  );
  return [place, ...parts];
}

function setAt(value: JsonValue, [name, ...rest]: readonly string[], set: JsonValue): JsonValue {
  if (name === undefined) return set;
  const parts = value as { [name: string]: JsonValue };
  parts[name] = setAt(parts[name] ?? null, rest, set);
  return value;
}
