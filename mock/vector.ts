// Owns embeddings: vectors that are the same for the same text; knows no format.

import { hashText, seededRandom } from "./prose.ts";

const dimensionsMax = 4_096;

/** Of length 1, as embedding models give them. */
export function vectorOf(text: string, dimensions: number): number[] {
  const random = seededRandom(hashText(text, 0));
  const values = Array.from({ length: Math.min(dimensions, dimensionsMax) }, () => random() * 2 - 1);
  const length = Math.hypot(...values);
  return values.map((value) => Math.fround(value / length));
}

/** 32-bit floats, least byte first. */
export function vectorBytes(vector: readonly number[]): Buffer {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes;
}
