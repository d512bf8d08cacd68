// Owns the proof that the editors' schema is up to date and says of the examples what the loader says.

import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { jsonSchema } from "../../../core/policy/editor-schema.ts";
import { loadPolicy } from "../../../core/policy/load.ts";
import { formatProblem } from "../../../core/policy/problem.ts";

const policies = fileURLToPath(new URL("../../../policies/", import.meta.url));
const quickstart = `${policies}examples/quickstart`;
const overlay = `${policies}examples/production-overlay`;
const guards = `${policies}examples/guards`;

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const validate = ajv.compile(jsonSchema());

it("policies/schema.json is what the code makes: npm run schema", async () => {
  expect(JSON.parse(await readFile(`${policies}schema.json`, "utf8"))).toEqual(jsonSchema());
});

describe.each([quickstart, overlay, guards])("the examples in %s", (dir) => {
  it("point an editor at the schema, which accepts what is complete in itself", async () => {
    for (const name of await readdir(dir)) {
      const text = await readFile(`${dir}/${name}`, "utf8");
      expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=../../schema.json");
      for (const document of parseAllDocuments(text)) {
        const isAccepted = validate(document.toJS());
        if (dir !== overlay) expect(isAccepted, `${name} ${ajv.errorsText(validate.errors)}`).toBe(true);
      }
    }
  });
});

it("the examples load without a problem or a warning, alone and overlaid", async () => {
  for (const dirs of [[quickstart], [quickstart, overlay], [quickstart, guards]]) {
    const result = await loadPolicy(dirs);
    const told = result.ok ? result.policy.warnings : result.problems;
    expect(told.map(formatProblem)).toEqual([]);
  }
});

it("the overlay changes what it says", async () => {
  const result = await loadPolicy([quickstart, overlay]);
  const policy = result.ok ? result.policy : undefined;
  expect(policy?.callers.get("web-app")?.apiKeys.size).toBe(0);
  expect(policy?.agents.get("search")?.limits.get("requests")).toMatchObject({ amount: 600, burst: 50 });
});

it("would notice an unknown field", () => {
  const document = {
    apiVersion: "sluice.dev/v1alpha1",
    kind: "Agent",
    metadata: { name: "a" },
    spec: { modles: [] },
  };
  expect(validate(document)).toBe(false);
});
