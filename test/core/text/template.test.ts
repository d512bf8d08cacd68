// Owns the proof that a template matches what differs in its strings alone. Knows Template only.

import { describe, expect, it } from "vitest";
import { type Slot, Template } from "../../../core/text/template.ts";

const text = '{"a":"one","b":1,"c":"two"}';
const slot = (string: string, index: number | undefined): Slot => {
  const start = text.indexOf(`"${string}"`);
  return { start, end: start + string.length + 2, index };
};
const template = new Template(Buffer.from(text), [slot("one", 1), slot("two", 0)]);
const padded = new Template(Buffer.from(text), [slot("one", 0), slot("two", undefined)]);
const match = (text: string, by = template) => by.match(Buffer.from(text));

describe("a template", () => {
  it("finds the strings in its slots", () => {
    expect(match(text)).toEqual(["two", "one"]);
    expect(match('{"a":"","b":1,"c":"x y z"}', padded)).toBeUndefined();
    expect(match('{"a":"x y z","b":1,"c":""}', padded)).toEqual(["x y z"]);
    expect(match('{"a":"é日\u{1f600}","b":1,"c":"\\"\\n\\u0041\\\\"}')).toEqual(['"\nA\\', "é日\u{1f600}"]);
    expect(match('{"a":"x","b":1,"c":"\\"padding\\""}', padded)).toEqual(["x"]);
  });

  it("matches nothing that differs anywhere else", () => {
    for (const other of [
      '{"a":"one","b":2,"c":"two"}',
      '{"a":"one","b":1,"c":"two"} ',
      '{"a":"one","b":1,"c":"two"',
      '{"a":"one","b":1,"c":"two',
      '{"a":"one","b":1}',
      '{"a":1,"b":1,"c":"two"}',
      '{"a":"one","x":"y","b":1,"c":"two"}',
      "",
    ]) {
      expect(match(other)).toBeUndefined();
      expect(match(other, padded)).toBeUndefined();
    }
  });

  it("matches however many spaces stand between the ends of values, and nowhere else", () => {
    const event = 'data: {"d":{"a":"one"}}\n\n';
    const [start, end] = [event.indexOf('"one"'), event.indexOf("}")];
    const ends = new Template(Buffer.from(event), [{ start, end, index: 0 }]);
    expect(match('data: {"d":{"a":"x y"}    }\n\n', ends)).toEqual(["x y"]);
    for (const other of [
      '{"d":{"a":"x"}} \n\n',
      '{"d":{"a":"x" }}\n\n',
      '{"d":{"a":"x"}  }',
      '{"d":{"a":"x"}}}\n\n',
    ]) {
      expect(match(`data: ${other}`, ends)).toBeUndefined();
    }
  });

  it("matches no string that is none", () => {
    for (const string of ["a\tb", "a\nb", "\\x", "\\u12", "a\\", "\u0000"]) {
      expect(match(`{"a":"${string}","b":1,"c":"two"}`)).toBeUndefined();
      expect(match(`{"a":"one","b":1,"c":"${string}"}`, padded)).toBeUndefined();
    }
    const latin = Buffer.from('{"a":"\u00e9","b":1,"c":"two"}', "latin1");
    expect(template.match(latin)).toBeUndefined();
  });
});

describe("a count in a template", () => {
  const counted = '{"n":7,"a":"one","m":12}';
  const at = (count: string): { start: number; end: number } => {
    const start = counted.indexOf(count);
    return { start, end: start + count.length };
  };
  const word = { start: counted.indexOf('"one"'), end: counted.indexOf(',"m"') };
  const slots: readonly Slot[] = [
    { ...at("7"), index: undefined },
    { ...word, index: 0 },
    { ...at("12"), index: 1 },
  ];
  const counts = new Template(Buffer.from(counted), slots);

  it("may be any that a double holds", () => {
    expect(match(counted, counts)).toEqual(["one", 12]);
    expect(match('{"n":0,"a":"x","m":999999999999999}', counts)).toEqual(["x", 999999999999999]);
  });

  it.each(["", "-1", "01", "1.5", "1e2", "1 ", "null", '"1"', "9999999999999999", "1,2", "[1]"])(
    "is none where %j stands",
    (other) => {
      expect(match(`{"n":${other},"a":"one","m":12}`, counts)).toBeUndefined();
      expect(match(`{"n":7,"a":"one","m":${other}}`, counts)).toBeUndefined();
    },
  );
});
