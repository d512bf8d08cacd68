// Owns JSON texts on which readers are known to differ or to break, ours and JSONTestSuite's. Knows no
// reader.

import { readdirSync, readFileSync } from "node:fs";
import { sharedPath } from "../../shared-data.ts";

export interface TortureText {
  readonly name: string;
  readonly text: Buffer;
}

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

const texts: readonly (readonly [string, string])[] = [
  ["a name twice", '{"model":"allowed","model":"forbidden"}'],
  ["a name twice, the second escaped", '{"model":"allowed","mod\\u0065l":"forbidden"}'],
  ["a name twice, both escaped otherwise", '{"\\u006dodel":1,"m\\u006Fdel":2}'],
  ["a name twice, deep", '[{"a":[{"b":{"model":1,"x":2,"model":3}}]}]'],
  ["a name twice, far apart", `{"model":1,${manyMembers(300)},"model":2}`],
  ["a name and it with NUL", '{"model":"allowed","model\\u0000":"forbidden"}'],
  ["names with other halves of pairs", '{"\\ud800":1,"\\ud801":2}'],
  ["names apart by form", '{"\\u00e9":1,"e\\u0301":2}'],
  ["names apart by case", '{"model":1,"Model":2}'],
  ["the empty name", '{"":1}'],
  ["__proto__", '{"__proto__":{"model":"forbidden"}}'],
  ["__proto__ escaped", '{"\\u005f\\u005fproto__":{"model":"forbidden"}}'],
  ["constructor", '{"constructor":{"prototype":{"model":1}},"toString":2,"valueOf":null}'],
  ["half a pair in a text", '"\\ud83d"'],
  ["a pair the wrong way round", '"\\ude00\\ud83d"'],
  ["a pair, escaped and not", '"\\ud83d\\ude00 \u{1f600}"'],
  ["NUL in a text, escaped", '"a\\u0000b"'],
  ["NUL in a text", '"a\u0000b"'],
  ["NUL behind a value", "1\u0000"],
  ["line separators", '"\u2028\u2029\u0085"'],
  ["DEL and what follows", '"\u007f\u0080\u009f"'],
  ["a tab in a text", '"a\tb"'],
  ["a line end in a text", '"a\nb"'],
  ["a return in a text", '"a\rb"'],
  ["a form feed for a space", "[1,\f2]"],
  ["a no-break space for a space", "[1,\u00a02]"],
  ["a byte order mark for a space", "[1,\ufeff2]"],
  ["a solidus escaped", '"\\/"'],
  ["escapes that are none", '["\\x41"]'],
  ["an escape in upper case", '["\\U0041"]'],
  ["an escape of three digits", '["\\u041"]'],
  ["single quotes", "{'a':1}"],
  ["a name without quotes", "{a:1}"],
  ["a comment", '{"a":1/*,"a":2*/}'],
  ["a comment to the line's end", '{"a":1 // x\n}'],
  ["a comma too many", '{"a":1,}'],
  ["a comma too many in a list", "[1,2,3,4,]"],
  ["a comma in the place of a value", "[1,,2,3,4]"],
  ["no comma", '{"a":1 "b":2}'],
  ["NaN", "NaN"],
  ["Infinity", "-Infinity"],
  ["undefined", "undefined"],
  ["True", "True"],
  ["a plus", "+1"],
  ["a leading zero", "-01"],
  ["hexadecimal", "0x10"],
  ["a point without digits", "1."],
  ["a point before digits", ".5"],
  ["a big integer", "123456789012345678901234567890"],
  ["one past what a double holds", "9007199254740993"],
  ["past a double", "1e999"],
  ["under a double", "-1e-999"],
  ["minus zero", "-0"],
  ["many digits", `0.${"1".repeat(300)}`],
  ["many zeros", `1${"0".repeat(300)}`],
  ["two values", '{"a":1}{"a":2}'],
  ["two values on two lines", '{"a":1}\n{"a":2}'],
  ["a value and garbage", '{"a":1}x'],
  ["a value and a closing brace", '{"a":1}}'],
  ["only spaces", "   "],
  ["a cut text", '"abc'],
  ["a cut object", '{"a":{"b":'],
  ["brackets the wrong way", "[1}"],
  ["64 deep", nested(64)],
  ["65 deep", nested(65)],
  ["100 deep, objects", objects(100)],
  ["140 deep", nested(140)],
  ["10,000 deep", nested(10_000)],
  ["10,000 deep, objects", objects(10_000)],
];

const bytes: readonly (readonly [string, readonly number[]])[] = [
  ["a byte that UTF-8 never has", [0x22, 0xff, 0x22]],
  ["a cut sequence", [0x22, 0xe6, 0x97, 0x22]],
  ["a continuation alone", [0x22, 0x80, 0x22]],
  ["an overlong quote", [0x22, 0xc0, 0xa2, 0x22]],
  ["an overlong solidus", [0x22, 0xe0, 0x80, 0xaf, 0x22]],
  ["half a pair in UTF-8", [0x22, 0xed, 0xa0, 0xbd, 0x22]],
  ["a pair in CESU-8", [0x22, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, 0x22]],
  ["past Unicode", [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
  ["Latin-1", [0x22, 0xe9, 0x22]],
];

function manyMembers(count: number): string {
  return Array.from({ length: count }, (_, at) => `"${at}":0`).join();
}

export const ownTexts: readonly TortureText[] = [
  ...texts.map(([name, text]) => ({ name, text: Buffer.from(text) })),
  ...bytes.map(([name, text]) => ({ name, text: Buffer.from(text) })),
  { name: "a byte order mark", text: Buffer.from("\ufeff{}") },
  { name: "UTF-16", text: Buffer.from('\ufeff{"a":1}', "utf16le") },
  { name: "UTF-16 without its mark", text: Buffer.from('{"a":1}', "utf16le") },
];

/** Where it is at hand; its two largest files only are as deep as 100,000. */
export function suiteTexts(): readonly TortureText[] {
  const folder = sharedPath("schema/json-parsing/test_parsing/");
  if (folder === undefined) return [];
  return readdirSync(folder)
    .map((name) => ({ name, text: readFileSync(folder + name) }))
    .filter(({ text }) => text.length < 50_000);
}
