// Owns the proof that taking things out of a JSON text touches nothing else. Knows no format.

import fc from "fast-check";
import { expect, it } from "vitest";
import { drop } from "../../../core/text/drop.ts";

const dropped = (text: string, ...pointers: string[]) => drop(Buffer.from(text), pointers).toString();

it("takes members and elements out, each with one comma", () => {
  expect(dropped('{"a":1,"b":2,"c":3}', "/b")).toBe('{"a":1,"c":3}');
  expect(dropped('{ "a" : 1 , "b" : 2 }', "/a")).toBe('{ "b" : 2 }');
  expect(dropped('{ "a" : 1 , "b" : 2 }', "/b")).toBe('{ "a" : 1 }');
  expect(dropped('{ "a" : 1 }', "/a")).toBe("{  }");
  expect(dropped("[1, 2, 3, 4]", "/0", "/1", "/3")).toBe("[3]");
  expect(dropped('{"t":[{"n":"x","m":1},{"n":"y"}]}', "/t/1", "/t/0/m")).toBe('{"t":[{"n":"x"}]}');
  expect(dropped('{"a":{"b":1},"c":2}', "/a", "/a/b")).toBe('{"c":2}');
  expect(dropped('{"\\u0061":1,"b~/":2}', "/a")).toBe('{"b~/":2}');
  expect(dropped('{"a":1,"b~/":2}', "/b~0~1", "/nothing/here", "/a/b")).toBe('{"a":1}');
});

it("whatever stands in it, leaves what is not named", () => {
  const value = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6 });
  fc.assert(
    fc.property(value, fc.array(fc.nat(5)), fc.constantFrom(undefined, 1, "\t"), (whole, picks, space) => {
      const names = Object.keys(whole).filter((name) => name !== "__proto__");
      const gone = new Set(picks.flatMap((at) => names[at] ?? []));
      const pointers = [...gone].map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
      const left = JSON.parse(dropped(JSON.stringify(whole, undefined, space), ...pointers));
      const kept = Object.entries(whole).filter(([name]) => !gone.has(name));
      expect(left).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(kept))));
    }),
  );
});
