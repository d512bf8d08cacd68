// Owns which strings of an agent's JSON are texts, and whose they say they are. Must not know how an answer
// is cut into pieces.

import type { CallText, JsonValue } from "../../contracts/dialect.ts";
import type { Delta, TextDelta } from "../../contracts/frame.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject, readJson, refuseAnswer } from "../../text/json.ts";
import { compilePointer, type Pointer, textsAt } from "../../text/pointer.ts";
import type { PlacedText } from "../placed-text.ts";
import { a2aAnswer } from "./a2a.ts";

/** Who speaks where nothing says so: whoever sends the request. */
const speaker = "user";

type Reach = NonNullable<TextDelta["reach"]>;

export class JsonTexts {
  readonly #places: readonly Pointer[];
  readonly #reach: Reach;

  /** `reach`: of each text, since nobody says whether the next frame goes on with it. */
  constructor(places: readonly Pointer[], reach: Reach) {
    this.#places = places;
    this.#reach = reach;
  }

  read(bytes: Buffer): readonly Delta[] | Refusal {
    const reading = readJson(bytes);
    return reading.kind === "problem"
      ? refuseAnswer(reading.problem)
      : this.find(reading.value, bytes.toString().trim());
  }

  /**
   * What stands at one place in frame after frame is one text; what is no object and no list is a piece of
   * words, be it a number: no pointer leads into it. `written`: as it came.
   */
  find(value: JsonValue, written: string): readonly Delta[] {
    if (typeof value !== "object") return [this.textAt("", typeof value === "string" ? value : written)];
    const known = a2aAnswer(value);
    if (known !== undefined) return known.map(({ pointer, text }) => this.textAt(pointer, text));
    return this.#places.flatMap((place) =>
      [...textsAt(value, place)].map(({ pointer, text, of }) =>
        this.textAt(pointer, text, of === undefined ? this.#reach : "frame"),
      ),
    );
  }

  textAt(pointer: string, text: string, reach = this.#reach): PlacedText {
    const channel = pointer === "" ? "0" : pointer;
    return { kind: "text", channel, text, mode: "append", pointer, reach };
  }
}

/** A text belongs to the role that the object around it, or the next one further out, says. */
export function* askedTexts(value: JsonValue, places: readonly Pointer[]): Generator<CallText> {
  const roles = new Map<string, string>();
  for (const place of places) {
    for (const { pointer, text } of textsAt(value, place)) {
      yield { pointer, role: roleAt(value, pointer, roles), kind: "text", text };
    }
  }
}

/** `roles`: of the places that texts stood in before. What says the role is no text of its own. */
function roleAt(value: JsonValue, pointer: string, roles: Map<string, string>): string {
  const around = parentOf(pointer.endsWith("/role") ? parentOf(pointer) : pointer);
  const known = roles.get(around);
  if (known !== undefined) return known;
  let node: JsonValue | undefined = value;
  let role = roleIn(node) ?? speaker;
  for (const name of compilePointer(around) ?? []) {
    node = Array.isArray(node) ? node[Number(name)] : memberOf(node, name);
    role = roleIn(node) ?? role;
  }
  roles.set(around, role);
  return role;
}

function parentOf(pointer: string): string {
  return pointer.slice(0, Math.max(pointer.lastIndexOf("/"), 0));
}

function roleIn(node: JsonValue | undefined): string | undefined {
  return isObject(node) && typeof node.role === "string" ? node.role : undefined;
}

function memberOf(node: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
}
