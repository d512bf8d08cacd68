// Owns the proof that arguments streamed in pieces become one JSON text, and cannot be put together in two
// ways. Knows no stream.

import { describe, expect, it } from "vitest";
import { PartialArgs } from "../../../../core/dialects/gemini/partial-args.ts";
import type { JsonObject } from "../../../../core/text/json.ts";

/** The text that the pieces add up to; undefined where one of them has no place in it. */
function join(...pieces: JsonObject[]): string | undefined {
  const args = new PartialArgs();
  let text = "";
  for (const piece of pieces) {
    const added = args.add(piece);
    if (added === undefined) return undefined;
    text += added.before + added.value + added.after;
  }
  return text + args.close();
}

const words = (jsonPath: string, stringValue: string): JsonObject => ({ jsonPath, stringValue });
const begun = (jsonPath: string, stringValue: string): JsonObject => ({
  ...words(jsonPath, stringValue),
  willContinue: true,
});

describe("pieces of arguments", () => {
  it("open and close what they stand in", () => {
    const text = join(
      words("$.a.b", "one"),
      { jsonPath: "$.a.c", numberValue: 2.5 },
      { jsonPath: "$.list[0].x", boolValue: false },
      { jsonPath: "$.list[0].y", nullValue: "NULL_VALUE" },
      words("$.list[1].x", "z"),
      words("$['b c'][0][0]", "deep"),
    );
    expect(JSON.parse(text ?? "")).toEqual({
      a: { b: "one", c: 2.5 },
      list: [{ x: false, y: null }, { x: "z" }],
      "b c": [["deep"]],
    });
  });

  it("are one text where it goes on, whatever is in it", () => {
    const text = join(begun("$.a", 'a"'), begun("$.a", "\n\\"), words("$.a", "日"));
    expect(JSON.parse(text ?? "")).toEqual({ a: 'a"\n\\日' });
    expect(join(begun("$.a", "x"), words("$.b", "y"))).toBe('{"a":"x","b":"y"}');
    expect(join(begun("$.a", "x"))).toBe('{"a":"x"}');
  });

  it("are an empty object where there are none", () => {
    expect(join()).toBe("{}");
  });

  it.each<[string, JsonObject[]]>([
    ["no path", [{ stringValue: "a" }]],
    ["no value", [{ jsonPath: "$.a" }]],
    ["a path that is none", [words("a", "x")]],
    ["a path with a filter", [words("$.a[?(@.b)]", "x")]],
    ["the whole", [words("$", "x")]],
    ["a value of another type", [{ jsonPath: "$.a", stringValue: 1 }]],
    ["a place twice", [words("$.a", "x"), words("$.a", "y")]],
    ["a place that is closed", [words("$.a.b", "x"), words("$.c", "y"), words("$.a.d", "z")]],
    ["a list with a gap", [words("$.a[1]", "x")]],
    ["a list that is an object, too", [words("$.a[0]", "x"), words("$.a.b", "y")]],
    ["more depth than any", [words(`$${".a".repeat(65)}`, "x")]],
  ])("are refused with %s", (_what, pieces) => {
    expect(join(...pieces)).toBeUndefined();
  });
});
