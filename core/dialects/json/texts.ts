// Owns which strings of an agent's JSON answer are texts. Must not know how the answer is cut into pieces.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta } from "../../contracts/frame.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import { type Pointer, textsAt } from "../../text/pointer.ts";
import type { PlacedText } from "../placed-text.ts";

export class JsonTexts {
  readonly #places: readonly Pointer[];

  constructor(places: readonly Pointer[]) {
    this.#places = places;
  }

  read(bytes: Buffer): readonly Delta[] | Refusal {
    const reading = readJson(bytes);
    return reading.kind === "problem" ? refuseAnswer(reading.problem) : this.find(reading.value);
  }

  /** What stands at one place in frame after frame is one text. */
  find(value: JsonValue): readonly Delta[] {
    return this.#places.flatMap((place) =>
      [...textsAt(value, place)].map(({ pointer, text }) => textAt(pointer, text)),
    );
  }
}

export function textAt(pointer: string, text: string): PlacedText {
  return { kind: "text", channel: pointer === "" ? "0" : pointer, text, mode: "append", pointer };
}
