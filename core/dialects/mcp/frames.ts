// Owns the units of an MCP server's answer: events and bodies, each with its messages. Knows no policy.

import { isUtf8 } from "node:buffer";
import type { AnswerHead } from "../../contracts/dialect.ts";
import type { Delta, Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { RpcMessage } from "../../contracts/rpc.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { bomLength, readEvent } from "../../text/sse-event.ts";
import type { PlacedText } from "../placed-text.ts";
import { readMessages } from "./messages.ts";
import { saidBy } from "./texts.ts";

/** Texts are looked for where somebody asks for them. */
export class McpFrame implements Frame {
  readonly kind = "frame";
  readonly bytes: Buffer;
  readonly messages: readonly RpcMessage[];
  #deltas: readonly Delta[] | undefined = undefined;

  constructor(bytes: Buffer, messages: readonly RpcMessage[]) {
    this.bytes = bytes;
    this.messages = messages;
  }

  get deltas(): readonly Delta[] {
    this.#deltas ??= this.messages.flatMap(saidBy);
    return this.#deltas;
  }
}

/** Ids, names, retry and comments are in the bytes, which stay as they came. */
export class McpEvents implements UnitDecoder {
  #isFirst = true;

  decode(unit: Buffer): Frame | Refusal {
    const start = this.#isFirst ? bomLength(unit) : 0;
    this.#isFirst = false;
    if (!isUtf8(unit)) return refuse("upstream_malformed");
    const { data, name } = readEvent(unit, start);
    // An event that only says its id: a stream that may be resumed begins so.
    if (data === undefined || data.length === 0) return { kind: "frame", bytes: unit, deltas: [] };
    const messages = readWhole(data);
    if (!("kind" in messages)) return new McpFrame(unit, messages);
    return name === "message" ? messages : { kind: "frame", bytes: unit, deltas: [wordsOf(data)] };
  }

  /** An event without its end is dispatched by nobody; a comment may end anywhere. */
  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    if (rest === undefined) return [];
    const { data } = readEvent(rest, this.#isFirst ? bomLength(rest) : 0);
    return data === undefined ? [{ kind: "frame", bytes: rest, deltas: [] }] : refuse("upstream_truncated");
  }
}

/** Clients pass over events of other names: for those that do not, what is no message is words. */
function wordsOf(data: Buffer): PlacedText {
  const text = data.toString();
  return { kind: "tool.result", channel: "0", text, mode: "append", pointer: "", reach: "frame" };
}

/** The body of an error may be anything; what is said in no JSON at all is read as words. */
export function readMcpBody(body: Buffer, { status }: AnswerHead): readonly Frame[] | Refusal {
  if (body.length === 0) return [];
  const messages = readWhole(body);
  if (!("kind" in messages)) return [new McpFrame(body, messages)];
  return status < 400 ? messages : [{ kind: "frame", bytes: body, deltas: [{ kind: "error", status }] }];
}

function readWhole(bytes: Buffer): readonly RpcMessage[] | Refusal {
  const reading = readJson(bytes);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  return readMessages(reading.value) ?? refuse("upstream_malformed");
}
