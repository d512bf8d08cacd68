// Owns reading the JSON-Schema-Test-Suite, with the schemas that it expects to be known. Judges nothing.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative } from "node:path";
import type { JsonValue } from "../../../core/contracts/json.ts";
import { isSchemaObject } from "../../../core/schemas/schema.ts";

export interface SuiteGroup {
  readonly file: string;
  readonly isOptional: boolean;
  readonly group: string;
  readonly schema: JsonValue;
  readonly tests: readonly {
    readonly description: string;
    readonly data: JsonValue;
    readonly valid: boolean;
  }[];
}

export const drafts = ["draft2020-12", "draft7"] as const;
export type Draft = (typeof drafts)[number];

export function readGroups(root: string, draft: Draft): readonly SuiteGroup[] {
  const folder = join(root, "tests", draft);
  return filesBelow(folder).flatMap((path) => {
    const groups = readJson(path) as unknown as (SuiteGroup & { readonly description: string })[];
    const isOptional = relative(folder, path).startsWith("optional");
    return groups.map(({ description, schema, tests }) => {
      const said = draft === "draft7" ? asDraft7(schema) : schema;
      return { file: basename(path), isOptional, group: description, schema: said, tests };
    });
  });
}

/** The suite's own remotes, and the dialects' own schemas. */
export function readLibrary(root: string): ReadonlyMap<string, JsonValue> {
  const require = createRequire(import.meta.url);
  const remotes = join(root, "remotes");
  const parts = [
    "schema",
    "core",
    "applicator",
    "unevaluated",
    "validation",
    "meta-data",
    "format-annotation",
  ];
  const meta = [...parts, "content"].map((name): [string, JsonValue] => {
    const path = name === "schema" ? name : `meta/${name}`;
    const document = require(`ajv/dist/refs/json-schema-2020-12/${path}.json`);
    return [`https://json-schema.org/draft/2020-12/${path}`, document];
  });
  return new Map([
    ...filesBelow(remotes).map((path): [string, JsonValue] => [
      `http://localhost:1234/${relative(remotes, path)}`,
      readJson(path),
    ]),
    ...meta,
    ["http://json-schema.org/draft-07/schema", require("ajv/dist/refs/json-schema-draft-07.json")],
  ]);
}

/** Its files do not say which draft they are of. */
function asDraft7(schema: JsonValue): JsonValue {
  if (!isSchemaObject(schema) || schema.$schema !== undefined) return schema;
  return { $schema: "http://json-schema.org/draft-07/schema#", ...schema };
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

function readJson(path: string): JsonValue {
  return JSON.parse(readFileSync(path, "utf8"));
}
