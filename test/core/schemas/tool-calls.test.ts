// Owns the proof that calls of tools are judged rightly: those of a benchmark, with all its mistakes, and
// those that models really made. Knows no exchange.

import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../core/contracts/json.ts";
import { toJsonSchema } from "../../../core/dialects/gemini/schema.ts";
import { type CompiledSchema, compileSchema } from "../../../core/schemas/compile-adapter.ts";
import { judgeText } from "../../../core/schemas/json-text.ts";
import { type CompileOptions, lenient, type SchemaProblems, strict } from "../../../core/schemas/schema.ts";
import { readRows, sharedPath } from "../../shared-data.ts";

interface Case {
  readonly id: string;
  readonly tools: readonly {
    readonly function: { readonly name: string; readonly parameters: JsonObject };
  }[];
  readonly validCalls: readonly { readonly name: string; readonly arguments: JsonValue }[];
  readonly invalidCalls: readonly {
    readonly name: string;
    readonly arguments: JsonValue;
    readonly reason: string;
    readonly onlyIfStrict?: boolean;
  }[];
}

const bfcl = sharedPath("schema/bfcl_cases.jsonl.gz");

/** What was changed tells where a good message points. */
function placeOf(reason: string): string {
  const [what = "", name = ""] = reason.split(":");
  if (what === "truncated_json") return "JSON that ends before its end";
  return what === "unknown_property" ? "additionalProperties" : `/${name}`;
}

describe.skipIf(bfcl === undefined).each<[string, CompileOptions]>([
  ["as a policy's own", strict],
  ["as a request's", lenient],
])("BFCL, schemas read %s", (_how, options) => {
  it("every valid call passes, every mutated one is refused with the path of the mistake", () => {
    const count = { valid: 0, mutated: 0, unknownTool: 0, uncompiled: 0 };
    const wrong: string[] = [];
    for (const { id, tools, validCalls, invalidCalls } of readRows<Case>(bfcl ?? "")) {
      const schemas = new Map(tools.map(({ function: { name, parameters } }) => [name, parameters]));
      const made = new Map<string, CompiledSchema | SchemaProblems>();
      const schemaOf = (name: string, form: "as it is" | "closed") => {
        const key = `${form} ${name}`;
        const known = made.get(key);
        if (known !== undefined) return known;
        const written = schemas.get(name) ?? {};
        const compiled = compileSchema(
          form === "closed" ? { ...written, additionalProperties: false } : written,
          options,
        );
        made.set(key, compiled);
        return compiled;
      };
      for (const call of validCalls) {
        const schema = schemaOf(call.name, "as it is");
        count.valid += 1;
        if (schema.kind === "problems") count.uncompiled += 1;
        else if (judgeText(JSON.stringify(call.arguments), schema).violations.length > 0) wrong.push(id);
      }
      for (const call of invalidCalls) {
        const schema = schemaOf(call.name, call.onlyIfStrict === true ? "closed" : "as it is");
        count[schemas.has(call.name) ? "mutated" : "unknownTool"] += 1;
        if (!schemas.has(call.name)) continue;
        const { arguments: args } = call;
        const text = typeof args === "string" ? args : JSON.stringify(args);
        const found = schema.kind === "problems" ? [] : judgeText(text, schema).violations;
        if (!found.some((each) => each.includes(placeOf(call.reason)))) wrong.push(`${id} ${call.reason}`);
      }
    }
    console.log(`BFCL: ${JSON.stringify(count)}, ${wrong.length} judged otherwise`);
    expect(wrong).toEqual([]);
    expect(count).toMatchObject({ valid: 2_098, mutated: 7_207, uncompiled: 0 });
  }, 120_000);
});

interface Recorded {
  readonly exchange: string;
  readonly dialect: string;
  readonly schema: JsonObject | null;
  readonly arguments: JsonValue;
  readonly verdict: "valid" | "invalid" | "unknown_tool" | "schema_error";
}

const recorded = sharedPath("schema/recorded_tool_calls.jsonl");

describe.skipIf(recorded === undefined)("recorded calls", () => {
  it("agree with their verdicts", () => {
    const rows = readRows<Recorded>(recorded ?? "");
    const verdictOf = ({ schema, dialect, arguments: args }: Recorded): Recorded["verdict"] => {
      if (schema === null) return "unknown_tool";
      const compiled = compileSchema(dialect === "gemini" ? toJsonSchema(schema) : schema, lenient);
      if (compiled.kind === "problems") return "schema_error";
      const text = typeof args === "string" ? args : JSON.stringify(args);
      return judgeText(text, compiled).violations.length === 0 ? "valid" : "invalid";
    };
    const otherwise = rows.filter((row) => verdictOf(row) !== row.verdict);
    console.log(`recorded calls: ${rows.length}, ${otherwise.length} judged otherwise`);
    expect(otherwise.map(({ exchange }) => exchange)).toEqual([]);
  });
});
