// Owns the proof that YAML is read strictly and within bounds. Knows nothing of policies' fields.

import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listPolicyFiles, readSources } from "../../../core/policy/files.ts";
import { toPlain } from "../../../core/policy/located.ts";
import { readYaml } from "../../../core/policy/read.ts";
import { makeDirectory } from "./directory.ts";

const problemsOf = (text: string): readonly string[] =>
  readYaml("/f.yaml", text).problems.map(
    ({ line, problem, hint }) => `${line} ${problem}${hint && ` (${hint})`}`,
  );

describe("what is refused", () => {
  const laughs = [
    "a: &a [x]",
    ..."bcdefghijklm".split("").map((key, at) => `${key}: &${key} [*${"abcdefghijkl"[at]}]`),
  ];
  const refused: readonly (readonly [what: string, text: string, problem: string])[] = [
    ["a key twice", "a: 1\nb: 2\na: 3", "3 holds a twice (first on line 1)"],
    ["the key that hides others", "a: 1\n__proto__: { b: 1 }", "2 holds a key that is not allowed"],
    ["many aliases", laughs.join("\n"), "12 holds more than 10 aliases"],
    ["an alias to itself", "a: &a [*a]", `1 is nested deeper than 64 levels`],
    ["an alias to nothing", "a: 1\nb: *c", "2 names an anchor that is not set before it"],
    ["a tag of its own", "a: 1\nb: !secret x", "2 uses a tag; plain YAML only"],
    ["binary", "a: !!binary aGk=", "1 uses a tag; plain YAML only"],
    [
      "keys that are maps",
      "? { a: 1 }\n: b",
      "1 is not valid YAML: With stringKeys, all keys must be strings",
    ],
    ["depth", `${"[".repeat(70)}${"]".repeat(70)}`, "1 is nested deeper than 64 levels"],
    ["depth beyond the stack", "[".repeat(100_000), "1 is nested too deeply"],
    ["very many values", `[${"1,".repeat(50_001)}]`, "1 holds more than 50000 values"],
    ["very many documents", "--- a\n".repeat(1_001), "1 holds more than 1000 documents"],
    ["tabs", "a:\n\tb: 1", "2 is not valid YAML: Tabs are not allowed as indentation"],
  ];
  it.each(refused)("%s", (_what, text, problem) => expect(problemsOf(text)).toEqual([problem]));

  it("ten aliases are enough, and nine levels of tenfold are not opened up", () => {
    expect(problemsOf(laughs.slice(0, 11).join("\n"))).toEqual([]);
    const tenfold = (from: string): string => `[${`*${from},`.repeat(10)}]`;
    expect(problemsOf(`a: &a [x]\nb: &b ${tenfold("a")}\nc: &c ${tenfold("b")}`)).toEqual([
      "3 holds more than 10 aliases",
    ]);
  });
});

describe("what is read", () => {
  const plainOf = (text: string): unknown => readYaml("/f.yaml", text).roots.map(toPlain);

  it("is YAML 1.2 whatever the file says of itself", () => {
    expect(plainOf("%YAML 1.1\n---\na: yes\nb: 010\n<<: x")).toEqual([{ a: "yes", b: 10, "<<": "x" }]);
  });

  it("has texts as keys", () => {
    expect(plainOf("1: a\ntrue: b\nnull: c")).toEqual([{ 1: "a", true: "b", null: "c" }]);
  });

  it("passes over empty documents and comments", () => {
    expect(plainOf("# nothing\n---\n---\na: 1\n")).toEqual([{ a: 1 }]);
  });

  it("knows the line of each value, in blocks, flows, lists and behind aliases", () => {
    const [root] = readYaml(
      "/f.yaml",
      "a: &x\n  b:\n    c: 1\nl:\n  - 1\n  - { k: 2,\n      m: 3 }\nz: *x",
    ).roots;
    const at = (...path: (string | number)[]): number | undefined => {
      let node = root;
      for (const key of path) {
        node =
          node?.kind === "map"
            ? node.members.get(String(key))
            : node?.kind === "list"
              ? node.items[Number(key)]
              : undefined;
      }
      return node?.at.line;
    };
    expect([at("a"), at("a", "b", "c"), at("l", 0), at("l", 1), at("l", 1, "m")]).toEqual([1, 3, 5, 6, 7]);
    expect([at("z"), at("z", "b", "c")]).toEqual([8, 3]);
  });
});

describe("files", () => {
  const namesIn = async (dir: string): Promise<readonly string[]> =>
    (await listPolicyFiles([dir])).files.map(({ name }) => name);

  it("are found at every depth, hidden ones left out, a ConfigMap's links followed", async () => {
    const dir = await makeDirectory({
      "b.yml": "",
      "a.yaml": "",
      "deep/er/c.yaml": "",
      "notes.txt": "",
      ".hidden.yaml": "",
      "..2026_01/x.yaml": "x: 1",
    });
    await symlink("..2026_01", join(dir, "..data"));
    await symlink("..data/x.yaml", join(dir, "x.yaml"));
    expect(await namesIn(dir)).toEqual(["a.yaml", "b.yml", "deep/er/c.yaml", "x.yaml"]);
  });

  it("below a link to a directory are found once, and a loop ends", async () => {
    const dir = await makeDirectory({ "real/a.yaml": "" });
    await symlink("..", join(dir, "real/loop"));
    await symlink("real", join(dir, "also"));
    expect(await namesIn(dir)).toEqual(["also/a.yaml"]);
  });

  it("that cannot be text, are too large, empty, or no files are told one by one", async () => {
    const dir = await makeDirectory({ "empty.yaml": "", "large.yaml": `# ${"x".repeat(1024 * 1024)}` });
    await writeFile(join(dir, "binary.yaml"), Buffer.from([0x61, 0x3a, 0xff, 0xfe]));
    await symlink("nowhere", join(dir, "dangling.yaml"));
    execFileSync("mkfifo", [join(dir, "pipe.yaml")]);
    await mkdir(join(dir, "sub.yaml"));
    const { files, problems } = await readSources([dir]);
    expect(files).toEqual([]);
    expect(problems.map(({ file, problem }) => `${file.replace(`${dir}/`, "")} ${problem}`)).toEqual([
      "dangling.yaml cannot be read: ENOENT",
      "pipe.yaml is not a regular file",
      "binary.yaml is not UTF-8 text",
      "empty.yaml is empty",
      "large.yaml is larger than 1048576 bytes",
    ]);
  });
});
