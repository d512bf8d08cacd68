// Owns the house rules that need a file's name and lines only. Knows no syntax tree.

import type { Problem, Rule, Source } from "./source.ts";

const FILE_LINES_MAX = 300;
const LINE_COLUMNS_MAX = 110;
const FIRST_COMMENT_WORDS_MIN = 5;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|d))?\.ts$/;
const VAGUE_WORDS = new Set(["util", "utils", "helper", "helpers", "common", "manager", "base", "misc"]);
/** Spelt apart, so that this file does not hold what it forbids. */
const OPEN_WORK = /\b(TO[D]O|FIX[M]E|XX[X])\b/;
const SUPPRESSION = /@ts-(?:ignore|nocheck|expect-error)|biome-[i]gnore|(?:v8|c8|istanbul) [i]gnore/;

/** The vague words in a name of any spelling; `baseUrl` and `base64` are words of their own. */
export function vagueWordsOf(name: string): readonly string[] {
  const words = name.replace(/base-?(url|64)/gi, "").match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  return words.map((word) => word.toLowerCase()).filter((word) => VAGUE_WORDS.has(word));
}

function linesThat(source: Source, says: (line: string) => string | undefined): readonly Problem[] {
  return source.lines.flatMap((line, index) => {
    const what = says(line);
    return what === undefined ? [] : [{ line: index + 1, what }];
  });
}

function firstComment(source: Source): readonly Problem[] {
  const line = source.lines[0]?.startsWith("#!") ? 2 : 1;
  const text = source.lines[line - 1] ?? "";
  const words = text.match(/[\p{L}']+/gu)?.length ?? 0;
  const says = /^(\/\/|\/\*)/.test(text) && words >= FIRST_COMMENT_WORDS_MIN;
  return says ? [] : [{ line, what: "the first line says what the file owns and what it must not know" }];
}

export const textRules: readonly Rule[] = [
  {
    name: "file-size",
    check: ({ lines }) =>
      lines.length <= FILE_LINES_MAX ? [] : [{ line: FILE_LINES_MAX + 1, what: `${lines.length} lines` }],
  },
  {
    name: "line-length",
    check: (source) =>
      linesThat(source, (line) => (line.length > LINE_COLUMNS_MAX ? `${line.length} columns` : undefined)),
  },
  { name: "first-comment", check: firstComment },
  {
    name: "file-name",
    check: ({ path }) => (KEBAB_CASE.test(path.split("/").at(-1) ?? "") ? [] : [{ line: 1, what: path }]),
  },
  {
    name: "vague-name",
    check: ({ path }) => vagueWordsOf(path).map((word) => ({ line: 1, what: `"${word}" in the path` })),
  },
  {
    name: "open-work",
    check: (source) => linesThat(source, (line) => OPEN_WORK.exec(line)?.[0]),
  },
  {
    name: "suppression",
    check: (source) => linesThat(source, (line) => SUPPRESSION.exec(line)?.[0]),
  },
];
