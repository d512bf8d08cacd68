// Owns compiling a schema by ajv, which throws, and asking what it says of a value. Knows no exchanges.

import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { checkExpansion, checkSize } from "./bounds.ts";
import type { EvaluationMeans } from "./evaluation.ts";
import { isFormat, numberFormats, textFormats } from "./formats.ts";
import { lintSchema } from "./lint.ts";
import { normalForm } from "./normal-form.ts";
import { addOwnKeywords, TooMuchWork, Work } from "./own-keywords.ts";
import { PatternSet } from "./patterns/pattern-set.ts";
import { Resources } from "./resources.ts";
import {
  type CompileOptions,
  type DialectName,
  isSchemaObject,
  problemsOf,
  type SchemaProblem,
  type SchemaProblems,
} from "./schema.ts";
import { declaredNames } from "./subschemas.ts";
import { tellViolations } from "./violations.ts";

export interface CompiledSchema {
  readonly kind: "schema";
  /** What does not fit, in words; empty where all does. `bytes`: the size of the text it was read from. */
  violations(value: JsonValue, bytes: number): readonly string[];
  /** The same for whoever wrote the value: with all names in it. */
  mistakes(value: JsonValue): readonly string[];
  /** All that ajv says; `undefined`: it fits. */
  errors(value: JsonValue): readonly ErrorObject[] | undefined;
}

/**
 * Up to here all violations are looked for, in a second pass. ajv warns of `allErrors`: it makes an error for
 * each bad element, so a long array of them costs far more than it took to send. A larger text is told its
 * first violation.
 */
const collectBytesMax = 4 * 1024;

/** 2020-12, or the dialect that `$schema` names. A `$ref` must stay within the schema. */
export function compileSchema(source: JsonValue, options: CompileOptions): CompiledSchema | SchemaProblems {
  const oversize = checkSize(source);
  if (oversize.length > 0) return problemsOf(...oversize);
  const dialect = dialectOf(source, options);
  if (dialect === undefined) {
    return problemsOf({ pointer: "/$schema", problem: "is not 2020-12 or draft-07" });
  }
  const hasFormat = (name: string): boolean => options.formats === "assert" && isFormat(name);
  const misfits = [
    ...checkForm(source, dialect),
    ...(options.unknown === "refuse" ? lintSchema(source, { dialect, hasFormat: isFormat }) : []),
  ];
  if (misfits.length > 0) return problemsOf(...misfits);
  const resources = new Resources();
  for (const [uri, document] of options.library ?? []) {
    resources.add(document, dialectOf(document, options, dialect) ?? dialect, uri);
  }
  const form = normalForm(resources, resources.add(source, dialect), hasFormat);
  const patterns = new PatternSet();
  const unfit = [...form.problems, ...patterns.add(form.patterns), ...checkExpansion(form.schema)];
  if (unfit.length > 0) return problemsOf(...unfit);
  try {
    return new Compiled(form.schema, patterns, declaredNames(source, dialect));
  } catch (error) {
    const problem = error instanceof Error ? error.message : "cannot be compiled";
    return problemsOf({ pointer: "", problem });
  }
}

type Collect = "first" | "all";
const rootId = "sluice:root";

class Compiled implements CompiledSchema {
  readonly kind = "schema";
  readonly #schema: JsonObject;
  readonly #patterns: PatternSet;
  readonly #declared: ReadonlySet<string>;
  readonly #work = new Work();
  readonly #first: ValidateFunction;
  /** Made where something does not fit for the first time. */
  #all: ValidateFunction | undefined = undefined;

  constructor(schema: JsonObject, patterns: PatternSet, declared: ReadonlySet<string>) {
    this.#schema = schema;
    this.#patterns = patterns;
    this.#declared = declared;
    this.#first = this.#compile("first");
    // Code that is nested too deep fails only where it runs.
    this.#work.begin();
    this.#first({});
  }

  violations(value: JsonValue, bytes: number): readonly string[] {
    const first = this.#run(this.#first, value);
    if (first === undefined) return [];
    const all = bytes <= collectBytesMax ? this.errors(value) : undefined;
    return tellViolations(all ?? first, value, this.#declared);
  }

  mistakes(value: JsonValue): readonly string[] {
    return tellViolations(this.errors(value) ?? [], value, "any");
  }

  errors(value: JsonValue): readonly ErrorObject[] | undefined {
    this.#all ??= this.#compile("all");
    return this.#run(this.#all, value);
  }

  /** Work beyond all bounds is a misfit like others. */
  #run(validate: ValidateFunction, value: JsonValue): readonly ErrorObject[] | undefined {
    this.#work.begin();
    try {
      return validate(value) ? undefined : (validate.errors ?? []);
    } catch (error) {
      const isBound = error instanceof TooMuchWork || error instanceof RangeError;
      if (!isBound) throw error;
      return [{ instancePath: "", schemaPath: "", keyword: "too much work to check", params: {} }];
    }
  }

  /** One of its own: names in it must not meet those of others. Draft-07's words and those that follow. */
  #compile(collect: Collect): ValidateFunction {
    const ajv = new Ajv2019({
      strict: false,
      strictNumbers: true,
      logger: false,
      meta: false,
      validateSchema: false,
      messages: false,
      ownProperties: true,
      inlineRefs: false,
      allErrors: collect === "all",
      code: { regExp: this.#patterns.engine, optimize: false },
    });
    // Who has looked at what is told by keywords of our own.
    ajv.opts.unevaluated = false;
    for (const [name, holds] of textFormats) ajv.addFormat(name, { type: "string", validate: holds });
    for (const [name, holds] of numberFormats) ajv.addFormat(name, { type: "number", validate: holds });
    addOwnKeywords(ajv, this.#work, this.#meansIn(ajv));
    return ajv.compile({ ...this.#schema, $id: rootId });
  }

  #meansIn(ajv: Ajv): EvaluationMeans {
    const { $defs } = this.#schema;
    const defs = isSchemaObject($defs) ? $defs : {};
    return {
      hasPattern: (pattern, name) => this.#patterns.test(pattern, name),
      find: (reference) => {
        const validate = ajv.getSchema(rootId + reference);
        return {
          schema: defs[reference.slice(reference.lastIndexOf("/") + 1)] ?? true,
          holds: (value) => validate?.(value) === true,
        };
      },
    };
  }
}

const uris: readonly (readonly [RegExp, DialectName, "own" | "near"])[] = [
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, "2020-12", "own"],
  [/^https?:\/\/json-schema\.org\/draft-07\/schema#?$/, "draft-07", "own"],
  // What they say otherwise does not have these dialects' form, or is a word that they do not know.
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/, "2020-12", "near"],
  [/^https?:\/\/json-schema\.org\/(draft-0[46]\/)?schema#?$/, "draft-07", "near"],
];

/** The neighbours of both dialects only where others wrote the schema. */
function dialectOf(
  source: JsonValue,
  { unknown }: CompileOptions,
  unsaid: DialectName = "2020-12",
): DialectName | undefined {
  const $schema = isSchemaObject(source) ? source.$schema : undefined;
  if ($schema === undefined) return unsaid;
  const row = uris.find(([uri]) => typeof $schema === "string" && uri.test($schema));
  return row === undefined || (row[2] === "near" && unknown === "refuse") ? undefined : row[1];
}

/** Each dialect's own schema is compiled once. */
const metaValidators = new Map<DialectName, Ajv>();

/** Against the dialect's own schema; all mistakes at once. */
function checkForm(source: JsonValue, dialect: DialectName): readonly SchemaProblem[] {
  if (typeof source !== "boolean" && !isSchemaObject(source)) {
    return [{ pointer: "", problem: "is neither an object nor true or false" }];
  }
  const meta = { strict: false, logger: false, validateFormats: false, allErrors: true } as const;
  const ajv = metaValidators.get(dialect) ?? (dialect === "draft-07" ? new Ajv(meta) : new Ajv2020(meta));
  metaValidators.set(dialect, ajv);
  const { $schema: _, ...schema } = isSchemaObject(source) ? source : {};
  if (typeof source === "boolean" || ajv.validateSchema(schema) === true) return [];
  const errors: readonly ErrorObject[] = ajv.errors ?? [];
  const found = errors.map(({ instancePath, message = "does not fit" }): [string, SchemaProblem] => [
    instancePath + message,
    { pointer: instancePath, problem: message },
  ]);
  return [...new Map(found).values()];
}
