// Owns the proof that the tree keeps the house rules and that each rule sees a breach. Knows no rule's ways.

import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readSource } from "./tidy/source.ts";
import { checkTree, printFinding, readTree } from "./tidy/tree.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const opening = "// Owns a snippet of the tidy tests; knows nothing else.\n";
const many = (count: number, line: string) => `${line}\n`.repeat(count);

/** The rules a tree of these files breaks; path → text. */
function rulesBroken(files: Record<string, string>): readonly string[] {
  return checkTree(Object.entries(files).map(([path, text]) => readSource(path, text))).map(
    ({ rule }) => rule,
  );
}

it("the tree keeps the house rules", () => {
  const sources = readTree(root);
  expect(sources.length).toBeGreaterThan(0);
  expect(checkTree(sources).map(printFinding)).toEqual([]);
});

describe("each rule on one file sees its breach", () => {
  const place = "core/filters/snippet.ts";
  const breaches: readonly [rule: string, path: string, text: string][] = [
    ["file-size", place, opening + many(300, "")],
    ["line-length", place, `${opening}export const text = "${"x".repeat(100)}";\n`],
    ["first-comment", place, "export const value = 1;\n"],
    ["first-comment", place, "// Snippet.\n"],
    ["file-name", "core/filters/Snippet.ts", opening],
    ["file-name", "core/filters/snip_pet.ts", opening],
    ["vague-name", "core/text/string-utils.ts", opening],
    ["vague-name", "core/text/helpers/json.ts", opening],
    ["vague-name", place, `${opening}export class StoreManager {}\n`],
    ["vague-name", place, `${opening}export const dialHelper = () => 1;\n`],
    ["open-work", place, `${opening}// TO${"DO"} later\n`],
    ["suppression", place, `${opening}// @ts-${"ignore"}\n`],
    ["suppression", place, `${opening}// biome-${"ignore"} lint: because\n`],
    ["suppression", place, `${opening}/* v8 ${"ignore"} next */\n`],
    ["function-size", place, `${opening}export function long() {\n${many(59, "")}}\n`],
    ["function-size", place, `${opening}export const long = () => {\n${many(59, "")}};\n`],
    ["function-size", place, `${opening}export class Long {\n  run() {\n${many(59, "")}}\n}\n`],
    ["function-size", "test/a.test.ts", `${opening}beforeAll(() => {\n${many(59, "")}});\n`],
    ["parameter-count", place, `${opening}export const f = (a, b, c, d, e) => a;\n`],
    ["parameter-count", place, `${opening}export interface F { f(a: A, b: A, c: A, d: A, e: A): void }\n`],
    ["boolean-parameter", place, `${opening}export function f(isLoud: boolean) {}\n`],
    ["boolean-parameter", place, `${opening}export function f(isLoud = false) {}\n`],
    ["boolean-parameter", place, `${opening}export interface F { f(isLoud?: boolean | undefined): void }\n`],
    ["default-export", place, `${opening}export default 1;\n`],
    ["default-export", place, `${opening}const a = 1;\nexport { a as default };\n`],
    ["any", place, `${opening}export const f = (a: any) => a;\n`],
    ["non-null", place, `${opening}export const f = (a?: string) => a!.length;\n`],
    ["non-null", place, `${opening}export let a!: string;\n`],
    ["syntax", place, `${opening}export const = 1;\n`],
    ["catch-place", place, `${opening}try {\n  go();\n} catch {}\n`],
    ["catch-place", place, `${opening}void go().catch(() => 1);\n`],
    ["catch-place", place, `${opening}void go().then(run, stop);\n`],
  ];

  it.each(breaches)("%s in %s", (rule, path, text) => {
    expect(rulesBroken({ [path]: text })).toEqual([rule]);
  });

  it("says where", () => {
    const found = checkTree([readSource(place, `${opening}\nexport const f = (a: any) => a;\n`)]);
    expect(found.map(printFinding)).toEqual([`${place}:3 any: any`]);
  });
});

describe("what is allowed is not reported", () => {
  const allowed: readonly [what: string, path: string, text: string][] = [
    ["a file at every bound", "core/filters/snippet.ts", opening + many(299, "")],
    [
      "a function at its bound",
      "core/filters/snippet.ts",
      `${opening}export function f() {\n${many(58, "")}}\n`,
    ],
    ["a long suite", "test/a.test.ts", `${opening}describe.each([1])("a", () => {\n${many(90, "")}});\n`],
    ["a shebang before the comment", "cli/main.ts", `#!/usr/bin/env node\n${opening}`],
    ["vitest's default export", "vitest.config.ts", `${opening}export default 1;\n`],
    ["a catch in an adapter", "core/text/yaml-adapter.ts", `${opening}try {\n  go();\n} catch {}\n`],
    ["a finally", "core/filters/snippet.ts", `${opening}try {\n  go();\n} finally {\n  stop();\n}\n`],
    ["a base URL", "core/filters/snippet.ts", `${opening}export const baseUrlOf = () => 1;\n`],
    [
      "a boolean answer",
      "core/filters/snippet.ts",
      `${opening}export const isA = (a: A): boolean => a.is;\n`,
    ],
  ];

  it.each(allowed)("%s", (_what, path, text) => {
    expect(rulesBroken({ [path]: text })).toEqual([]);
  });
});

describe("each rule between files sees its breach", () => {
  const breaches: readonly [rule: string, from: string, specifier: string][] = [
    ["direction", "core/contracts/frame.ts", "../text/json.ts"],
    ["direction", "core/text/json.ts", "../dialects/raw.ts"],
    ["direction", "core/dialects/raw.ts", "../guards/pii.ts"],
    ["direction", "core/stores/redis.ts", "../limits/tokens.ts"],
    ["direction", "core/limits/tokens.ts", "../telemetry/log.ts"],
    ["direction", "core/motion/forward.ts", "../dialects/raw.ts"],
    ["direction", "core/filters/limits.ts", "../policy/load.ts"],
    ["direction", "core/policy/compile.ts", "../../gateway/chain.ts"],
    ["direction", "core/policy/compile.ts", "../program/settings.ts"],
    ["direction", "gateway/main.ts", "../sidecar/chain.ts"],
    ["direction", "sidecar/main.ts", "../gateway/chain.ts"],
    ["direction", "mock/provider.ts", "../sidecar/chain.ts"],
    ["direction", "cli/main.ts", "../test/rig.ts"],
    ["registry", "core/filters/guards.ts", "../guards/index.ts"],
    ["registry", "gateway/chain.ts", "../core/dialects/index.ts"],
    ["strangers", "core/filters/guards.ts", "./limits.ts"],
    ["layer", "cli/main.ts", "../other/thing.ts"],
  ];

  const forms: readonly ((specifier: string) => string)[] = [
    (specifier) => `import { a } from "${specifier}";\n`,
    (specifier) => `import type { A } from "${specifier}";\n`,
    (specifier) => `export * from "${specifier}";\n`,
    (specifier) => `export { a } from "${specifier}";\n`,
    (specifier) => `export const a = await import("${specifier}");\n`,
    (specifier) => `export type A = import("${specifier}").A;\n`,
  ];

  it.each(breaches)("%s: %s imports %s", (rule, from, specifier) => {
    for (const form of forms) expect(rulesBroken({ [from]: opening + form(specifier) })).toEqual([rule]);
  });

  it("layer: a file outside every layer", () => {
    expect(rulesBroken({ "core/other/thing.ts": opening })).toEqual(["layer"]);
  });

  it("cycle: two files, three files, one file", () => {
    const to = (name: string) => `${opening}import type { A } from "./${name}.ts";\n`;
    const at = (name: string) => `core/contracts/${name}.ts`;
    expect(rulesBroken({ [at("a")]: to("b"), [at("b")]: to("a") })).toEqual(["cycle"]);
    const three = { [at("a")]: to("b"), [at("b")]: to("c"), [at("c")]: to("a") };
    expect(rulesBroken(three)).toEqual(["cycle"]);
    expect(rulesBroken({ [at("a")]: to("a") })).toEqual(["cycle"]);
  });

  it("lets imports point down, and share what lies below", () => {
    const files = {
      "cli/main.ts": `${opening}import { a } from "../gateway/main.ts";\n`,
      "cli/both.ts": `${opening}import "../gateway/main.ts";\nimport "../sidecar/main.ts";\n`,
      "gateway/main.ts": `${opening}import { a } from "../core/policy/load.ts";\n`,
      "sidecar/main.ts": `${opening}import { a } from "../core/policy/load.ts";\nimport fs from "node:fs";\n`,
      "core/policy/load.ts": `${opening}import { a } from "../guards/index.ts";\n`,
      "core/filters/guards.ts": `${opening}import { a } from "./guards-hold.ts";\n`,
      "core/guards/index.ts": `${opening}import { a } from "../contracts/guard.ts";\n`,
      "core/contracts/guard.ts": opening,
    };
    expect(rulesBroken(files)).toEqual([]);
  });
});
