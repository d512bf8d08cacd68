// Owns reading a Gemini request's fields by their types, as proto3's JSON allows them, and naming the first
// wrong one. Knows no field's use.

import type { JsonValue } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { memberOf } from "./spellings.ts";

/** An object of a request and where it stands, in the client's spelling. */
export interface Place {
  readonly node: JsonObject;
  readonly pointer: string;
}

export class Fields {
  /** Names the first wrong field, never its value. */
  refusal: Refusal | undefined = undefined;

  wrong(pointer: string, expected: string): undefined {
    const name = pointer.slice(1).replaceAll("/", ".");
    this.refusal ??= refuse("request_malformed", { message: `\`${name}\` must be ${expected}.` });
    return undefined;
  }

  text(place: Place, name: string): { readonly pointer: string; readonly text: string } | undefined {
    const found = find(place, name);
    if (found === undefined) return undefined;
    const { value, pointer } = found;
    return typeof value === "string" ? { pointer, text: value } : this.wrong(pointer, "a string");
  }

  /** A number may be written as a string. */
  count(place: Place, name: string): number | undefined {
    const found = find(place, name);
    if (found === undefined) return undefined;
    const { value, pointer } = found;
    const count = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof count === "number" && Number.isSafeInteger(count) && count >= 0) return count;
    return this.wrong(pointer, "a whole number");
  }

  place(place: Place, name: string): Place | undefined {
    const found = find(place, name);
    if (found === undefined) return undefined;
    const { value, pointer } = found;
    return isObject(value) ? { node: value, pointer } : this.wrong(pointer, "an object");
  }

  /** A single object stands for a list of one. */
  places(place: Place, name: string): readonly Place[] {
    const found = find(place, name);
    if (found === undefined) return [];
    const { value, pointer } = found;
    if (isObject(value)) return [{ node: value, pointer }];
    if (Array.isArray(value) && value.every(isObject)) {
      return value.map((node, at) => ({ node: node as JsonObject, pointer: `${pointer}/${at}` }));
    }
    this.wrong(pointer, "a list of objects");
    return [];
  }
}

export function find(
  { node, pointer }: Place,
  name: string,
): { readonly value: JsonValue; readonly pointer: string } | undefined {
  const member = memberOf(node, name);
  return member && { value: member.value, pointer: `${pointer}/${member.name}` };
}
