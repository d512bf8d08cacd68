// Owns checking a detector's settings against its own schema, and filling in what they leave out. Knows no
// detector.

import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonObject } from "../../contracts/json.ts";
import type { Finding } from "../draft.ts";
import { describeErrors } from "./validate.ts";

const options = { strict: true, allErrors: true, verbose: true, allowUnionTypes: true } as const;
const strict = new Ajv2020(options);
const filling = new Ajv2020({ ...options, useDefaults: true });
for (const ajv of [strict, filling]) addFormats.default(ajv);

export class ConfigSchema {
  readonly #check: ValidateFunction;
  readonly #fill: ValidateFunction;

  constructor(schema: JsonObject) {
    this.#check = strict.compile(schema);
    this.#fill = filling.compile(schema);
  }

  /** All that does not fit, below the settings. */
  findings(config: unknown): readonly Finding[] {
    return this.#check(config) ? [] : describeErrors(this.#check.errors ?? []);
  }

  /** A copy with its defaults. */
  fill(config: JsonObject): JsonObject {
    const filled = structuredClone(config);
    this.#fill(filled);
    return filled;
  }
}
