// Owns reading a model's file once a process. Knows no model.

import { readFileSync } from "node:fs";
import { readWeights, type Weights } from "./weights.ts";

const read = new Map<string, Weights | undefined>();
/** Files that are kept: a policy names one or two. */
const filesMax = 8;

/** `undefined`: it cannot be read, or is no model. The same file is the same memory. */
export function weightsOf(file: URL): Weights | undefined {
  const known = read.get(file.href);
  if (known !== undefined) return known;
  let weights: Weights | undefined;
  try {
    weights = readWeights(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
  if (read.size < filesMax) read.set(file.href, weights);
  return weights;
}
