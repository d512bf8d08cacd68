// Owns taking an answer's bytes apart and putting them together around another payload, by a reading of its
// own. Knows no dialect.

import type { AnswerHead } from "../../../core/contracts/dialect.ts";
import { changePayload } from "../../../mock/event-stream.ts";

export interface Unit {
  readonly bytes: Buffer;
  /** Its JSON; undefined where it has none. */
  readonly payload: Buffer | undefined;
  /** The same unit around another payload. */
  around(payload: Buffer): Buffer;
}

/** Units of a well-formed answer: events, lines, messages, elements, or the one body. */
export function unitsOf({ headers }: AnswerHead, body: Buffer): readonly Unit[] {
  const type = String(headers["content-type"]);
  if (type.startsWith("text/event-stream")) return cut(body, /.*?(?:\r\n\r\n|\n\n|\r\r)|.+$/gs).map(event);
  if (type === "application/x-ndjson") return cut(body, /[^\n]*\n|[^\n]+$/g).map(line);
  if (type === "application/vnd.amazon.eventstream") return messages(body).map(message);
  return body[0] === 0x5b ? elements(body) : [whole(body)];
}

function cut(body: Buffer, unit: RegExp): readonly Buffer[] {
  return [...body.toString("latin1").matchAll(unit)].map(([text]) => Buffer.from(text, "latin1"));
}

function whole(bytes: Buffer): Unit {
  return { bytes, payload: bytes, around: (payload) => payload };
}

function event(bytes: Buffer): Unit {
  const text = bytes.toString("latin1");
  const lines = text.split(/\r\n|\n|\r/);
  const data = lines.flatMap((line) => /^data(?:: ?(.*))?$/s.exec(line)?.[1] ?? (line === "data" ? "" : []));
  const json = data.join("\n");
  const hasNone = data.length === 0 || /^\[DONE\]\s*$/.test(json);
  const name = lines.find((line) => line.startsWith("event:"));
  return {
    bytes,
    payload: hasNone ? undefined : Buffer.from(json, "latin1"),
    around: (payload) => {
      const fields = payload
        .toString("latin1")
        .split(/\r\n|\n|\r/)
        .map((part) => `data: ${part}\n`);
      return Buffer.from(`${name === undefined ? "" : `${name}\n`}${fields.join("")}\n`, "latin1");
    },
  };
}

function line(bytes: Buffer): Unit {
  const json = bytes.toString("latin1").trim();
  return {
    bytes,
    payload: json === "" ? undefined : Buffer.from(json, "latin1"),
    around: (payload) => Buffer.concat([onOneLine(payload), Buffer.from("\n")]),
  };
}

function onOneLine(payload: Buffer): Buffer {
  return Buffer.from(payload.toString("latin1").replaceAll("\n", " "), "latin1");
}

function messages(body: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < body.length; at += body.readUInt32BE(at)) {
    found.push(body.subarray(at, at + body.readUInt32BE(at)));
  }
  return found;
}

/** InvokeModel's events stand in base64 in another JSON. */
function message(bytes: Buffer): Unit {
  const outer = bytes.subarray(12 + bytes.readUInt32BE(4), bytes.length - 4);
  const inner = /^\{"bytes":"([A-Za-z0-9+/=]*)"/.exec(outer.toString("latin1"))?.[1];
  if (inner === undefined) {
    return { bytes, payload: outer, around: (payload) => changePayload(bytes, () => payload) };
  }
  return {
    bytes,
    payload: Buffer.from(inner, "base64"),
    around: (payload) =>
      changePayload(bytes, () => Buffer.from(JSON.stringify({ bytes: payload.toString("base64") }))),
  };
}

function elements(body: Buffer): readonly Unit[] {
  const list: readonly unknown[] = JSON.parse(body.toString());
  const found = list.map((element, at): Unit => {
    const mark = Buffer.from(at === 0 ? "[" : ",\r\n");
    const payload = Buffer.from(JSON.stringify(element));
    const around = (json: Buffer) => Buffer.concat([mark, json]);
    return { bytes: around(payload), payload, around };
  });
  const end = Buffer.from("]");
  return [...found, { bytes: end, payload: undefined, around: () => end }];
}
