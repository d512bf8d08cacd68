// Owns the pieces that many kinds share: names, durations, sizes, money, secrets' sources. Knows nothing
// of kinds.

export type Schema = Readonly<Record<string, unknown>>;

/** As Kubernetes names things, so that a policy's names can be label values and path segments there. */
export const namePattern = "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$";

export const name: Schema = {
  type: "string",
  pattern: namePattern,
  maxLength: 63,
  description: "lower-case letters, digits, - and .",
};

/** Vendors use `meta-llama/Llama-3`, `ft:gpt-4o:acme::1`, `anthropic.claude-v2:0`, `@cf/meta/llama`. */
export const modelName: Schema = {
  type: "string",
  pattern: "^[A-Za-z0-9@][A-Za-z0-9._:/@+-]*$",
  maxLength: 256,
  description: "letters, digits and . _ : / @ + -",
};

/** What every vendor's function calling accepts. */
export const toolName: Schema = {
  type: "string",
  pattern: "^[A-Za-z0-9_-]+$",
  maxLength: 64,
  description: "letters, digits, _ and -",
};

/** Eight digits keep every unit's milliseconds a safe integer. */
export const duration: Schema = {
  type: "string",
  pattern: "^[1-9][0-9]{0,7}(ms|s|m|h|d)$",
  description: "a duration such as 250ms, 30s or 10m",
};

export const size: Schema = {
  type: "string",
  pattern: "^[1-9][0-9]{0,5}(B|KiB|MiB|GiB)$",
  description: "a size such as 64KiB or 10MiB",
};

/** Nine million dollars in nano-dollars are still a safe integer. */
export const usdMax = 9_000_000;

export const money: Schema = {
  type: ["number", "string"],
  minimum: 0,
  maximum: usdMax,
  pattern: "^(0|[1-9][0-9]{0,6})([.][0-9]{1,9})?$",
  description: 'US dollars such as 2.50 or "0.000125", at most 9 decimals',
};

export const count: Schema = {
  type: "integer",
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "a whole number from 1",
};

export const url: Schema = {
  type: "string",
  minLength: 1,
  maxLength: 2_048,
  description: "an http or https URL",
};

export const secretFields = {
  env: {
    type: "string",
    pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
    maxLength: 128,
    description: "the name of an environment variable, never the secret itself",
  },
  file: {
    type: "string",
    minLength: 1,
    maxLength: 1_024,
    description: "a path; a relative one starts at the file that names it",
  },
};

export interface SecretSourceDocument {
  readonly env?: string;
  readonly file?: string;
}

export const secretSource: Schema = {
  type: "object",
  properties: secretFields,
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  description: "{ env: NAME } or { file: PATH }, never the secret itself",
};

export interface ProviderCredentialDocument extends SecretSourceDocument {
  readonly aws?: {
    readonly region: string;
    readonly accessKeyId?: SecretSourceDocument;
    readonly secretAccessKey?: SecretSourceDocument;
    readonly sessionToken?: SecretSourceDocument;
  };
}

/** Bedrock signs with a pair; AWS's usual variables are read where none is named. */
export const providerCredential: Schema = {
  ...secretSource,
  properties: {
    ...secretFields,
    aws: {
      type: "object",
      properties: {
        region: { type: "string", pattern: "^[a-z0-9-]+$", maxLength: 32 },
        accessKeyId: secretSource,
        secretAccessKey: secretSource,
        sessionToken: secretSource,
      },
      required: ["region"],
      dependentRequired: {
        accessKeyId: ["secretAccessKey"],
        secretAccessKey: ["accessKeyId"],
        sessionToken: ["accessKeyId"],
      },
      additionalProperties: false,
    },
  },
  description: "{ env: NAME }, { file: PATH } or { aws: { region } }, never the secret itself",
};

/** A JSON Schema or a detector's settings: another check reads it. */
export const free: Schema = { type: "object" };

export function mapOf(values: Schema, keys: Schema = name): Schema {
  return { type: "object", propertyNames: keys, additionalProperties: values, maxProperties: 10_000 };
}

/** Texts stand in a list once; comparing maps with one another would take the square of their number. */
export function listOf(items: Schema): Schema {
  return { type: "array", items, uniqueItems: items.type === "string", maxItems: 1_000 };
}

export function oneOf(values: readonly string[]): Schema {
  return { type: "string", enum: values };
}

export interface Fields {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
}

/** A map with these fields and no others. */
export function object(fields: Fields): Schema {
  return { type: "object", ...fields, additionalProperties: false };
}
