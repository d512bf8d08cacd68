// Owns the file of a trained model: a JSON header beside its arrays in base64. Knows no text and no training.

/** What a file begins with; another number is another format. */
export const weightsFormat = "sluice-weights/1";

/** Of raw score z: probability = 1 / (1 + exp(-(slope × z + offset))), one line for each voice. */
export interface Calibration {
  readonly slope: number;
  readonly offset: number;
  /** Only the loudest segment counts: what stands around it says nothing. */
  readonly isLoudestAlone?: boolean;
}

export interface WeightsHeader {
  readonly format: typeof weightsFormat;
  readonly name: string;
  /** A number for humans and the model card: what data, what seed. */
  readonly version: string;
  /** 2 to the power of this many hashed features of letters and words. */
  readonly gramBits: number;
  readonly signalBits: number;
  readonly letters: number;
  readonly words: number;
  /** Units of one block; a window is two. */
  readonly blockUnits: number;
  /** Fewer grams than these count as so many: a short text says little. */
  readonly segmentGramsMin: number;
  readonly windowGramsMin: number;
  readonly bias: number;
  readonly scales: { readonly grams: readonly [number, number]; readonly signals: readonly [number, number] };
  readonly calibration: Readonly<Record<string, Calibration>>;
}

/** Weights of the window and of the segment stand side by side: one place in memory. */
export interface Weights {
  readonly header: WeightsHeader;
  readonly grams: Int8Array;
  readonly signals: Int16Array;
}

interface WeightsFile extends WeightsHeader {
  readonly grams: string;
  readonly signals: string;
}

/** Where the arrays may be shared between threads, they are. */
function sharedBytes(encoded: string): SharedArrayBuffer {
  const bytes = Buffer.from(encoded, "base64");
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

/** `undefined`: it is no such file, or its arrays are not as long as its header says. */
export function readWeights(document: unknown): Weights | undefined {
  const file = document as WeightsFile;
  if (file?.format !== weightsFormat) return undefined;
  const { grams, signals, ...header } = file;
  const weights = weightsFrom({ header, grams: sharedBytes(grams), signals: sharedBytes(signals) });
  const isWhole =
    weights.grams.length === 2 << header.gramBits && weights.signals.length === 2 << header.signalBits;
  return isWhole ? weights : undefined;
}

/** What goes to another thread: it is not copied there. */
export interface SharedWeights {
  readonly header: WeightsHeader;
  readonly grams: SharedArrayBuffer;
  readonly signals: SharedArrayBuffer;
}

export function weightsFrom({ header, grams, signals }: SharedWeights): Weights {
  return { header, grams: new Int8Array(grams), signals: new Int16Array(signals) };
}

export function shareWeights({ header, grams, signals }: Weights): SharedWeights {
  return { header, grams: grams.buffer as SharedArrayBuffer, signals: signals.buffer as SharedArrayBuffer };
}

export interface TrainedArrays {
  /** Pairs: of the window, of the segment. */
  readonly grams: Float32Array;
  readonly signals: Float32Array;
}

/** The largest weights take the whole range; rounding is all that is lost. */
function scaleOf(values: Float32Array, place: number, most: number): number {
  let largest = 1e-9;
  for (let at = place; at < values.length; at += 2)
    largest = Math.max(largest, Math.abs(values[at] as number));
  return largest / most;
}

function quantise(values: Float32Array, scales: readonly [number, number], into: Int8Array | Int16Array) {
  for (let at = 0; at < values.length; at++) {
    into[at] = Math.round((values[at] as number) / (scales[at & 1] as number));
  }
}

/** The file's text. The same arrays give the same bytes. */
export function writeWeights(
  header: Omit<WeightsHeader, "format" | "scales">,
  arrays: TrainedArrays,
): string {
  const grams = new Int8Array(arrays.grams.length);
  const signals = new Int16Array(arrays.signals.length);
  const scales = {
    grams: [scaleOf(arrays.grams, 0, 127), scaleOf(arrays.grams, 1, 127)] as const,
    signals: [scaleOf(arrays.signals, 0, 32_767), scaleOf(arrays.signals, 1, 32_767)] as const,
  };
  quantise(arrays.grams, scales.grams, grams);
  quantise(arrays.signals, scales.signals, signals);
  const encoded = (array: Int8Array | Int16Array) => Buffer.from(array.buffer).toString("base64");
  const file = { format: weightsFormat, ...header, scales, grams: encoded(grams), signals: encoded(signals) };
  return `${JSON.stringify(file, null, 2)}\n`;
}
