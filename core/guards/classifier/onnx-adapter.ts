// Owns models in ONNX files: they are run by `onnxruntime-node`, an optional package. Knows no weights of
// ours.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const packageName = "onnxruntime-node";

/**
 * A model that reads one text: an input of strings of shape [1, 1] or [1], an output whose last number is the
 * probability, or named as `output` says.
 */
export interface OnnxSettings {
  readonly file: string;
  readonly input?: string;
  readonly output?: string;
}

interface Tensor {
  readonly data: ArrayLike<number | bigint | string>;
}
interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, unknown>): Promise<Record<string, Tensor>>;
}
interface Runtime {
  readonly InferenceSession: { create(file: string): Promise<Session> };
  readonly Tensor: new (type: string, data: readonly string[], dims: readonly number[]) => unknown;
}

/** Whether the package can be found from here; nothing of it is loaded. */
export function isOnnxInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return true;
  } catch {
    return false;
  }
}

export class OnnxModel {
  readonly #settings: OnnxSettings;
  #opened: Promise<{ runtime: Runtime; session: Session } | undefined> | undefined;

  constructor(settings: OnnxSettings) {
    this.#settings = settings;
  }

  /** The probability of one window's text; `undefined`: the model cannot say. Loaded on first use. */
  async probabilityOf(text: string): Promise<number | undefined> {
    this.#opened ??= open(this.#settings.file);
    const opened = await this.#opened;
    if (opened === undefined) return undefined;
    const { runtime, session } = opened;
    const input = this.#settings.input ?? session.inputNames[0];
    const output = this.#settings.output ?? session.outputNames[session.outputNames.length - 1];
    if (input === undefined || output === undefined) return undefined;
    try {
      const answer = await session.run({ [input]: new runtime.Tensor("string", [text], [1, 1]) });
      const data = answer[output]?.data;
      const last = Number(data?.[data.length - 1]);
      return last >= 0 && last <= 1 ? last : undefined;
    } catch {
      return undefined;
    }
  }
}

async function open(file: string): Promise<{ runtime: Runtime; session: Session } | undefined> {
  try {
    const path = createRequire(import.meta.url).resolve(packageName);
    const loaded = (await import(pathToFileURL(path).href)) as Runtime & { default?: Runtime };
    const runtime = loaded.default ?? loaded;
    return { runtime, session: await runtime.InferenceSession.create(file) };
  } catch {
    return undefined;
  }
}
