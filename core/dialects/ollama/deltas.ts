// Owns what an answer of Ollama's own API says, whole or a line of one. Must not know how its bytes came.

import type { JsonValue } from "../../contracts/dialect.ts";
import { type Delta, noUsage, type StopReason, type TextKind } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { locate } from "../../text/splice.ts";
import type { PlacedLogprobs, PlacedText } from "../placed-text.ts";

/** Tool calls of an answer, at most. */
const toolsMax = 128;

/** Where a line has its texts: in its `message`, or (generate) in itself. */
export type Form = "chat" | "generate";

const stops: ReadonlyMap<string, StopReason> = new Map([
  ["stop", "stop"],
  ["length", "length"],
]);

export interface Said {
  readonly deltas: readonly Delta[];
  /** `done`, or an error: nothing more is owed. */
  readonly isLast: boolean;
}

/** One answer: what its lines say, in their order. */
export class Sayings {
  readonly #form: Form;
  #hasStarted = false;
  /** Calls so far: each line brings whole ones, and numbers them or not. */
  #tools = 0;

  constructor(form: Form) {
    this.#form = form;
  }

  /** `undefined`: no answer of Ollama's, or one with something else where texts stand. */
  read(value: JsonValue, bytes: Buffer): Said | undefined {
    if (!isObject(value)) return undefined;
    if (value.error !== undefined) return { deltas: [{ kind: "error", status: undefined }], isLast: true };
    const said = this.#form === "chat" ? this.#readMessage(value, bytes) : readTexts(value, "", "response");
    if (said === undefined) return undefined;
    const isLast = value.done === true;
    const deltas = [
      ...this.#start(value),
      ...said,
      ...readLogprobs(value),
      ...readMade(value),
      ...(isLast ? readEnd(value) : []),
    ];
    return { deltas, isLast };
  }

  #start({ model }: JsonObject): readonly Delta[] {
    if (this.#hasStarted) return [];
    this.#hasStarted = true;
    return [{ kind: "start", id: undefined, model: typeof model === "string" ? model : undefined }];
  }

  #readMessage({ message }: JsonObject, bytes: Buffer): readonly Delta[] | undefined {
    if (message === undefined || message === null) return [];
    if (!isObject(message)) return undefined;
    const texts = readTexts(message, "/message", "content");
    const calls = this.#readCalls(message.tool_calls, bytes);
    return texts && calls && [...texts, ...calls];
  }

  #readCalls(calls: JsonValue | undefined, bytes: Buffer): readonly Delta[] | undefined {
    if (calls === undefined || calls === null) return [];
    if (!Array.isArray(calls)) return undefined;
    const deltas: (Delta | PlacedText)[] = [];
    for (const [at, call] of calls.entries()) {
      const called = isObject(call) && isObject(call.function) ? call.function : undefined;
      if (called === undefined || typeof called.name !== "string" || this.#tools === toolsMax)
        return undefined;
      const channel = `0/tool/${this.#tools++}`;
      const id = isObject(call) && typeof call.id === "string" ? call.id : undefined;
      const pointer = `/message/tool_calls/${at}/function`;
      deltas.push({ kind: "tool", channel, id, isHosted: false });
      deltas.push(placed("tool.name", channel, called.name, `${pointer}/name`));
      const [span] = locate(bytes, [`${pointer}/arguments`]);
      if (span === undefined) continue;
      const args = bytes.toString("utf8", span.start, span.end);
      deltas.push({ ...placed("tool.args", channel, args, `${pointer}/arguments`), isObject: true });
    }
    return deltas;
  }
}

/** What comes beside the vectors. */
export function readEmbedded(value: JsonValue): readonly Delta[] | undefined {
  if (!isObject(value)) return undefined;
  const { model, prompt_eval_count: inputTokens } = value;
  const start: Delta = { kind: "start", id: undefined, model: typeof model === "string" ? model : undefined };
  return isCount(inputTokens) ? [start, { kind: "usage", usage: { ...noUsage, inputTokens } }] : [start];
}

/** The thoughts come first: that is the order they are made in. */
function readTexts(node: JsonObject, pointer: string, answer: string): readonly Delta[] | undefined {
  const deltas: Delta[] = [];
  for (const [kind, name] of [
    ["reasoning", "thinking"],
    ["text", answer],
  ] as const) {
    const text = node[name];
    if (text === undefined || text === null || text === "") continue;
    if (typeof text !== "string") return undefined;
    deltas.push(placed(kind, "0", text, `${pointer}/${name}`));
  }
  return deltas;
}

/** Beside the words of a line, whichever they are. */
function readLogprobs({ logprobs: value }: JsonObject): readonly Delta[] {
  if (value === undefined || value === null) return [];
  const said: PlacedLogprobs = { kind: "logprobs", channel: "0", value, pointer: "/logprobs" };
  return [said];
}

/** A picture, of models that make them. */
function readMade({ image: data }: JsonObject): readonly Delta[] {
  if (typeof data !== "string" || data === "") return [];
  return [{ kind: "media", channel: "0", mediaType: "image/*", data, url: undefined }];
}

function placed(kind: TextKind, channel: string, text: string, pointer: string): PlacedText {
  return { kind, channel, text, mode: "append", pointer };
}

/** Older versions leave out a count where all was cached: then tokens are counted here. */
function readEnd({ done_reason, prompt_eval_count, eval_count }: JsonObject): readonly Delta[] {
  const reason = typeof done_reason === "string" ? done_reason : "stop";
  const end: Delta = { kind: "end", channel: "0", reason, stop: stops.get(reason) ?? "other" };
  if (!isCount(prompt_eval_count) || !isCount(eval_count)) return [end];
  const usage = { ...noUsage, inputTokens: prompt_eval_count, outputTokens: eval_count };
  return [end, { kind: "usage", usage }];
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
