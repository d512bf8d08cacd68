// Owns the proof that schemas are decided as the JSON-Schema-Test-Suite has it, but for a list that only
// shrinks, and that a policy cannot hold what is on that list. Knows no filter.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { compileSchema } from "../../../core/schemas/compile-adapter.ts";
import { type CompileOptions, strict } from "../../../core/schemas/schema.ts";
import { sharedPath } from "../../shared-data.ts";
import { type Draft, drafts, readGroups, readLibrary, type SuiteGroup } from "./suite.ts";

/** A case that is decided otherwise, with the word it is about. */
interface Failure {
  readonly draft: Draft;
  readonly file: string;
  readonly group: string;
  readonly test: string;
  readonly keyword: string;
}

const listed: { readonly required: readonly Failure[]; readonly optional: readonly Failure[] } = JSON.parse(
  readFileSync(new URL("suite-failures.json", import.meta.url), "utf8"),
);

const root = sharedPath("schema/json-schema-test-suite");

describe.skipIf(root === undefined)("JSON-Schema-Test-Suite", () => {
  let library: CompileOptions["library"] = new Map();
  const groups = new Map<Draft, readonly SuiteGroup[]>();
  beforeAll(() => {
    library = readLibrary(root ?? "");
    for (const draft of drafts) groups.set(draft, readGroups(root ?? "", draft));
  });

  const failuresOf = (
    draft: Draft,
    some: (group: SuiteGroup) => boolean,
    formats: CompileOptions["formats"],
  ) => {
    let cases = 0;
    const failed = (groups.get(draft) ?? []).filter(some).flatMap(({ file, group, schema, tests }) => {
      const compiled = compileSchema(schema, { unknown: "ignore", formats, library: library ?? new Map() });
      cases += tests.length;
      return tests
        .filter(({ data, valid }) => {
          const isValid = compiled.kind === "schema" && compiled.violations(data, 100).length === 0;
          return compiled.kind === "problems" || isValid !== valid;
        })
        .map(({ description }) => ({ draft, file, group, test: description }));
    });
    return { cases, failed };
  };
  const listedIn = (list: readonly Failure[], draft: Draft) =>
    list.filter((each) => each.draft === draft).map(({ keyword: _, ...each }) => each);

  it.each([
    ["draft2020-12", 1_299],
    ["draft7", 927],
  ] as const)("%s: all %i required cases but those listed", (draft, total) => {
    const { cases, failed } = failuresOf(draft, ({ isOptional }) => !isOptional, "annotate");
    expect(failed).toEqual(listedIn(listed.required, draft));
    expect(cases).toBe(total);
    console.log(`${draft}: ${cases} required cases, ${failed.length} decided otherwise`);
  });

  // `format.json` and `unknown.json` are about formats as notes, which is the run before this one.
  it.each(drafts)("%s: the same where formats are checked, with the optional cases", (draft) => {
    const isNote = ({ file }: SuiteGroup) => file === "format.json" || file === "unknown.json";
    const { cases, failed } = failuresOf(draft, (group) => !isNote(group), "assert");
    const known = [...listedIn(listed.required, draft), ...listedIn(listed.optional, draft)];
    const order = (one: object) => JSON.stringify(one);
    expect(failed.map(order).sort()).toEqual(known.map(order).sort());
    console.log(`${draft}: ${cases} cases with formats, ${failed.length} decided otherwise`);
  });

  it("a policy cannot hold a schema of which a case is decided otherwise", () => {
    for (const { draft, file, group, keyword } of [...listed.required, ...listed.optional]) {
      const found = groups.get(draft)?.find((each) => each.file === file && each.group === group);
      const compiled = compileSchema(found?.schema ?? true, strict);
      expect(compiled.kind, `${file}: ${group}`).toBe("problems");
      if (compiled.kind === "schema") continue;
      expect(compiled.problems.map(({ pointer }) => pointer).join(), group).toContain(keyword);
    }
  });
});
