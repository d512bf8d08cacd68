// Owns calls of tools as a dialect: the arguments are the body, the result is one JSON text or words.
// Knows no policy.

import { isUtf8 } from "node:buffer";
import type {
  AnswerHead,
  Call,
  CallText,
  Dialect,
  FrameReader,
  RequestHead,
  Writer,
} from "../contracts/dialect.ts";
import type { Delta, Frame } from "../contracts/frame.ts";
import type { JsonValue } from "../contracts/json.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { isObject, readJson, refuseAnswer, refuseBody, refuseMediaType } from "../text/json.ts";
import { isEncoded, isInUtf8, isJson, isReadAsJson, mediaType } from "../text/media.ts";
import { refusingReader, WholeReader } from "../text/readers.ts";
import { plainWriter } from "./json/plain.ts";
import { JsonTexts } from "./json/texts.ts";
import { wholeWriter } from "./json/writers.ts";
import { refuseAsProblem } from "./problem.ts";
import { rawCall } from "./raw.ts";

export interface ToolForm {
  readonly argsCharsMax: number;
  /** `params`: the tool takes the arguments as the member of that name. */
  readonly body: "raw" | "params";
  readonly resultBytesMax: number;
}

/** Whoever wrote the arguments: a model, as the agent took them over. */
const author = "assistant";
const noArguments = Buffer.from("{}");
const [before, after] = [Buffer.from('{"params":'), Buffer.from("}")];

export function toolDialect({ argsCharsMax, body: form, resultBytesMax }: ToolForm): Dialect {
  return {
    name: "tool",
    readCall: (body, head) => readCall(body, head, argsCharsMax),
    writeCall: (call, { path, query }) => {
      const args = writtenArguments(call);
      return { path: path + query, body: form === "raw" ? args : Buffer.concat([before, args, after]) };
    },
    reader: (head, { bodyBytesMax }) => readAnswer(head, Math.min(resultBytesMax, bodyBytesMax)),
    writer: (head) => writerOf(head),
    refuse: refuseAsProblem,
  };
}

/** What is left of the arguments once guards have looked at them. */
export function writtenArguments({ body, edits }: Call): Buffer {
  const edited = edits.get("");
  return typeof edited === "string" ? Buffer.from(edited) : body;
}

function readCall(sent: Buffer, { headers }: RequestHead, argsCharsMax: number): Call | Refusal {
  if (isEncoded(headers)) return refuse("body_encoded");
  if (!isReadAsJson(headers)) return refuseMediaType();
  const body = sent.length === 0 ? noArguments : sent;
  // No character is shorter than a byte.
  if (body.length > argsCharsMax && body.toString().length > argsCharsMax) return refuseLong(argsCharsMax);
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseBody(reading.problem);
  const { value } = reading;
  if (!isObject(value)) {
    const message = 'The arguments have to be one JSON object, such as {"name": "value"}.';
    return refuse("schema_violation", { message });
  }
  return { ...rawCall(body), operation: "tool", value, texts: [new ArgumentsText(body)] };
}

/** Made of the bytes where somebody asks. */
class ArgumentsText implements CallText {
  readonly pointer = "";
  readonly role = author;
  readonly kind = "tool.args";
  readonly #body: Buffer;
  #text: string | undefined = undefined;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get text(): string {
    this.#text ??= this.#body.toString();
    return this.#text;
  }
}

function refuseLong(argsCharsMax: number): Refusal {
  const message = `The arguments are longer than the ${argsCharsMax} characters this tool takes: send less.`;
  return refuse("body_too_large", { message });
}

type Form = "json" | "words" | "other";

/** What names no type has to be JSON. */
export function resultForm({ headers }: Pick<AnswerHead, "headers">): Form {
  const type = mediaType(headers);
  if (type === "" || isJson(type)) return isInUtf8(headers) ? "json" : "other";
  const isWords = type === "text/plain" || type === "text/markdown" || type === "text/csv";
  return isWords && isInUtf8(headers) ? "words" : "other";
}

function writerOf(head: AnswerHead): Writer {
  return resultForm(head) === "words" ? plainWriter : wholeWriter;
}

function readAnswer(head: AnswerHead, bytesMax: number): FrameReader {
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  const form = resultForm(head);
  return new WholeReader(bytesMax, (body) => {
    if (body.length === 0) return [];
    return form === "json" ? readResult(body, head) : readWords(body, head);
  });
}

const everywhere = new JsonTexts([[]], "frame");

function readResult(bytes: Buffer, { status }: AnswerHead): readonly Frame[] | Refusal {
  const reading = readJson(bytes);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  return [new Result(bytes, reading.value, status)];
}

function readWords(bytes: Buffer, { status }: AnswerHead): readonly Frame[] | Refusal {
  return isUtf8(bytes) ? [new Result(bytes, undefined, status)] : refuse("upstream_malformed");
}

/** Its texts are looked for where somebody asks. */
class Result implements Frame {
  readonly kind = "frame";
  readonly bytes: Buffer;
  readonly value: JsonValue;
  readonly #isJson: boolean;
  readonly #status: number;
  #deltas: readonly Delta[] | undefined = undefined;

  constructor(bytes: Buffer, value: JsonValue | undefined, status: number) {
    this.bytes = bytes;
    this.#isJson = value !== undefined;
    this.value = value ?? bytes.toString();
    this.#status = status;
  }

  get deltas(): readonly Delta[] {
    this.#deltas ??= this.#read();
    return this.#deltas;
  }

  #read(): readonly Delta[] {
    const said = this.#isJson
      ? everywhere.find(this.value, this.bytes.toString().trim())
      : [everywhere.textAt("", String(this.value))];
    return this.#status < 400 ? said : [{ kind: "error", status: this.#status }, ...said];
  }
}
