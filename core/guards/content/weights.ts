// Owns the file of a trained content model: a JSON header beside its arrays in base64. Knows no text and
// no training.

import { categories } from "./categories.ts";
import type { FeatureShape } from "./features.ts";

/** What a file begins with; another number is another format. */
export const contentWeightsFormat = "sluice-content-weights/1";

/** Of raw score z: probability = 1 / (1 + exp(-(slope × z + offset))). */
export interface Calibration {
  readonly slope: number;
  readonly offset: number;
}

export interface ContentHeader extends FeatureShape {
  readonly format: typeof contentWeightsFormat;
  readonly version: string;
  /** In the order of their weights. */
  readonly categories: readonly string[];
  /** Units of one block; a window is two. */
  readonly blockUnits: number;
  /** Fewer grams than these count as so many: a short text says little. */
  readonly gramsMin: number;
  /** A sum over n grams counts n to the power of minus this, times the scale; signals by their segments. */
  readonly lengthPower: number;
  readonly gramScale: number;
  readonly bias: readonly number[];
  /** Of one step of a weight, by category. */
  readonly scales: { readonly grams: readonly number[]; readonly signals: readonly number[] };
  readonly calibration: Readonly<Record<string, Calibration>>;
}

/** A feature's weights for all categories stand side by side: one place in memory. */
export interface ContentWeights {
  readonly header: ContentHeader;
  readonly grams: Int8Array;
  readonly signals: Int8Array;
}

interface ContentFile extends ContentHeader {
  readonly grams: string;
  readonly signals: string;
}

export const categoryCount = categories.length;

/** Threads that are given the arrays read the same memory. */
function sharedBytes(encoded: string): SharedArrayBuffer {
  const bytes = Buffer.from(encoded, "base64");
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

/**
 * `undefined`: it is no such file, is of other categories, or its arrays are not as long as its header
 * says.
 */
export function readContentWeights(document: unknown): ContentWeights | undefined {
  const file = document as ContentFile;
  if (file?.format !== contentWeightsFormat) return undefined;
  const { grams, signals, ...header } = file;
  if (header.categories.join() !== categories.join()) return undefined;
  const weights = contentWeightsFrom({ header, grams: sharedBytes(grams), signals: sharedBytes(signals) });
  const isWhole =
    weights.grams.length === categoryCount << header.gramBits &&
    weights.signals.length === categoryCount << header.signalBits;
  return isWhole ? weights : undefined;
}

/** What goes to another thread: it is not copied there. */
export interface SharedContentWeights {
  readonly header: ContentHeader;
  readonly grams: SharedArrayBuffer;
  readonly signals: SharedArrayBuffer;
}

export function contentWeightsFrom({ header, grams, signals }: SharedContentWeights): ContentWeights {
  return { header, grams: new Int8Array(grams), signals: new Int8Array(signals) };
}

export function shareContentWeights({ header, grams, signals }: ContentWeights): SharedContentWeights {
  return { header, grams: grams.buffer as SharedArrayBuffer, signals: signals.buffer as SharedArrayBuffer };
}

/** The largest weight of each category takes the whole range; rounding is all that is lost. */
function scalesOf(values: Float32Array): readonly number[] {
  const largest = new Array<number>(categoryCount).fill(1e-9);
  for (let at = 0; at < values.length; at++) {
    const one = at % categoryCount;
    largest[one] = Math.max(largest[one] as number, Math.abs(values[at] as number));
  }
  return largest.map((value) => value / 127);
}

const quantised = (values: Float32Array, scales: readonly number[]): Int8Array =>
  Int8Array.from(values, (value, at) => Math.round(value / (scales[at % categoryCount] as number)));

/** The file's text. The same arrays give the same bytes. */
export function writeContentWeights(
  header: Omit<ContentHeader, "format" | "scales" | "categories">,
  arrays: { readonly grams: Float32Array; readonly signals: Float32Array },
): string {
  const scales = { grams: scalesOf(arrays.grams), signals: scalesOf(arrays.signals) };
  const encoded = (name: "grams" | "signals") =>
    Buffer.from(quantised(arrays[name], scales[name]).buffer).toString("base64");
  const file = {
    format: contentWeightsFormat,
    ...header,
    categories,
    scales,
    grams: encoded("grams"),
    signals: encoded("signals"),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
