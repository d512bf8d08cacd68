// Owns the detector of texts of a request that are too large or too small. Knows no policy.

import type { ConfigProblem, Detector } from "../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { BoundScanner } from "./length/bound-scanner.ts";

const types = { long: "text_too_large", short: "text_too_small" } as const;
const bound: JsonObject = { type: "integer", minimum: 1 };

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    charsMax: { ...bound, description: "UTF-16 units of one text." },
    charsMin: { ...bound, description: "UTF-16 units of one text." },
    bytesMax: { ...bound, description: "Bytes of one text in UTF-8." },
    bytesMin: { ...bound, description: "Bytes of one text in UTF-8." },
  },
};

const numberOr = (value: JsonValue | undefined, other: number): number =>
  typeof value === "number" ? value : other;

function check(settings: JsonObject): readonly ConfigProblem[] {
  if (Object.keys(settings).length === 0) {
    return [{ path: [], problem: "bounds nothing", hint: "set charsMax, bytesMax, charsMin or bytesMin" }];
  }
  return ["chars", "bytes"].flatMap((unit): ConfigProblem[] => {
    const least = numberOr(settings[`${unit}Min`], 0);
    if (least <= numberOr(settings[`${unit}Max`], Number.POSITIVE_INFINITY)) return [];
    return [
      { path: [`${unit}Min`], problem: `is above ${unit}Max`, hint: "no text is as large and as small" },
    ];
  });
}

export const sizeDetector: Detector = {
  name: "size",
  config,
  code: "text_out_of_bounds",
  isWhole: false,
  ignoresMedia: true,
  check,
  create(settings) {
    const bounds = {
      charsMax: numberOr(settings.charsMax, Number.POSITIVE_INFINITY),
      charsMin: numberOr(settings.charsMin, 0),
      bytesMax: numberOr(settings.bytesMax, Number.POSITIVE_INFINITY),
      bytesMin: numberOr(settings.bytesMin, 0),
    };
    return { scan: () => new BoundScanner(bounds, types) };
  },
};
