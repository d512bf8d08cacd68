// Owns the detector of answers that are too long or too short. Knows no policy.

import type { ConfigProblem, Detector } from "../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { BoundScanner } from "./length/bound-scanner.ts";

const types = { long: "response_too_long", short: "response_too_short" } as const;

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    charsMax: { type: "integer", minimum: 1, description: "UTF-16 units; what follows is told, once." },
    charsMin: { type: "integer", minimum: 1, description: "Told at the end, of no place." },
  },
};

const numberOr = (value: JsonValue | undefined, other: number): number =>
  typeof value === "number" ? value : other;

function check({ charsMax, charsMin }: JsonObject): readonly ConfigProblem[] {
  if (charsMax === undefined && charsMin === undefined) {
    return [{ path: [], problem: "bounds nothing", hint: "set charsMax, charsMin or both" }];
  }
  if (numberOr(charsMin, 0) <= numberOr(charsMax, Number.POSITIVE_INFINITY)) return [];
  return [{ path: ["charsMin"], problem: "is above charsMax", hint: "no text is as long and as short" }];
}

export const lengthDetector: Detector = {
  name: "length",
  config,
  code: "response_too_long",
  isWhole: false,
  ignoresMedia: true,
  check,
  create(settings) {
    const charsMax = numberOr(settings.charsMax, Number.POSITIVE_INFINITY);
    const charsMin = numberOr(settings.charsMin, 0);
    const bounds = { charsMax, charsMin, bytesMax: Number.POSITIVE_INFINITY, bytesMin: 0 };
    return { scan: () => new BoundScanner(bounds, types) };
  },
};
