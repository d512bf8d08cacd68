// Owns the JSON of an answer's units in every framing, by a reading of its own. Knows no dialect.

import type { AnswerHead, JsonValue } from "../../../core/contracts/dialect.ts";

export interface Payload {
  /** Of an eventstream message or an SSE event, where it has one. */
  readonly name: string | undefined;
  /** Undefined where a unit holds none: a comment, `[DONE]`, what stands between the elements of a list. */
  readonly value: JsonValue | undefined;
}

const none: Payload = { name: undefined, value: undefined };

/** Of one frame: a message, an event, a line, an element of a list, or a whole body. */
export function payloadOf(bytes: Buffer, { headers }: AnswerHead): Payload {
  const type = String(headers["content-type"]);
  if (type === "application/vnd.amazon.eventstream") return payloadOfMessage(bytes);
  const text = bytes.toString();
  if (type.startsWith("text/event-stream")) return payloadOfEvent(text);
  const start = text.search(/[^\s,[\]]/);
  if (start === -1) return none;
  const isWhole = text.trimStart().startsWith("[") && text.trimEnd().endsWith("]");
  return { name: undefined, value: JSON.parse(isWhole ? text : text.slice(start)) };
}

/** Its checksums are not looked at; InvokeModel's events are wrapped once more. */
function payloadOfMessage(message: Buffer): Payload {
  const start = 12 + message.readUInt32BE(4);
  const name = /:(?:event|exception)-type.{3}(\w+)/s.exec(message.toString("latin1", 12, start))?.[1];
  const value = JSON.parse(message.toString("utf8", start, message.length - 4));
  if (name !== "chunk") return { name, value };
  return { name: undefined, value: JSON.parse(Buffer.from(value.bytes, "base64").toString()) };
}

function payloadOfEvent(text: string): Payload {
  const lines = text.split(/\r\n|\n|\r/);
  const fields = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
  const data = fields("data").join("\n");
  const isJson = data.startsWith("{") || data.startsWith("[{");
  return { name: fields("event").at(-1), value: isJson ? JSON.parse(data) : undefined };
}
