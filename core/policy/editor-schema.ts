// Owns the one schema editors read. Knows nothing of how it is written to disk.

import { kinds } from "./draft.ts";
import { documentSchema } from "./schema/documents.ts";
import type { Schema } from "./schema/shared.ts";

/**
 * JSON Schema 2020-12 of any one policy document; cross references and what is not enforced yet are not
 * in it.
 */
export function jsonSchema(): Schema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Sluice policy document",
    oneOf: kinds.map((kind) => ({ title: kind, ...documentSchema(kind) })),
  };
}
