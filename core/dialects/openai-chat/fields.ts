// Owns reading a request's fields by their types, and naming the first wrong one. Knows no field's use.

import type { JsonValue } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

/** A field that is absent or null says nothing: OpenAI's schema marks them nullable. */
export class Fields {
  /** Names the first wrong field, never its value. */
  refusal: Refusal | undefined = undefined;

  wrong(name: string, expected: string): undefined {
    this.refusal ??= refuse("request_malformed", { message: `\`${name}\` must be ${expected}.` });
    return undefined;
  }

  /** For what would have another model answer than the one that is checked. */
  deny(name: string): void {
    const message = `\`${name}\` names what the policy has not checked: leave it out.`;
    this.refusal ??= refuse("model_denied", { message });
  }

  text(value: JsonValue | undefined, name: string): string | undefined {
    if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
    return this.wrong(name, "a string");
  }

  flag(value: JsonValue | undefined, name: string): boolean {
    if (typeof value === "boolean") return value;
    if (value !== undefined && value !== null) this.wrong(name, "true or false");
    return false;
  }

  count(value: JsonValue | undefined, name: string): number | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    return this.wrong(name, "a whole number");
  }

  object(value: JsonValue | undefined, name: string): JsonObject | undefined {
    if (value === undefined || value === null) return undefined;
    return isObject(value) ? value : this.wrong(name, "an object");
  }

  objects(value: JsonValue | undefined, name: string): readonly JsonObject[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every(isObject)) return value as JsonObject[];
    this.wrong(name, "a list of objects");
    return [];
  }
}
