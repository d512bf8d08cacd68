// Owns reading the content model's file once a process. Knows no model.

import { readFileSync } from "node:fs";
import { type ContentWeights, readContentWeights } from "./weights.ts";

const read = new Map<string, ContentWeights>();

/** `undefined`: it cannot be read, or is no model. The same file is the same memory. */
export function contentWeightsOf(file: URL): ContentWeights | undefined {
  const known = read.get(file.href);
  if (known !== undefined) return known;
  try {
    const weights = readContentWeights(JSON.parse(readFileSync(file, "utf8")));
    if (weights !== undefined) read.set(file.href, weights);
    return weights;
  } catch {
    return undefined;
  }
}
