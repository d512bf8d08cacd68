// Owns an agent's own API as a dialect: any JSON, texts where the policy points. Knows no vendor.

import type {
  AnswerHead,
  Call,
  Dialect,
  FrameReader,
  ReadBounds,
  RequestHead,
} from "../contracts/dialect.ts";
import type { Frame } from "../contracts/frame.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { isObject, readJson, refuseBody, refuseMediaType } from "../text/json.ts";
import { LineCutter } from "../text/lines.ts";
import { isEncoded, isJson, isReadAsJson, mediaType } from "../text/media.ts";
import { compilePointer, type Pointer, textsAt } from "../text/pointer.ts";
import { refusingReader, StreamReader, WholeReader } from "../text/readers.ts";
import { splice } from "../text/splice.ts";
import { SseCutter } from "../text/sse.ts";
import { JsonTexts } from "./json/texts.ts";
import { JsonEvents, JsonLines } from "./json/units.ts";
import { eventWriter, lineWriter, wholeWriter } from "./json/writers.ts";
import { refuseAsProblem } from "./problem.ts";
import { rawCall, rawReader, rawWriter } from "./raw.ts";

export interface JsonTextPlaces {
  /** RFC 6901, `*` for every element; `undefined`: every string of the body counts as text. */
  readonly requestText: readonly string[] | undefined;
  readonly responseText: readonly string[] | undefined;
}

/** Throws where a pointer is none: the policy's check comes first. */
export function jsonDialect({ requestText, responseText }: JsonTextPlaces): Dialect {
  const asked = compilePlaces(requestText);
  const answered = new JsonTexts(compilePlaces(responseText));
  return {
    name: "json",
    readCall: (body, head) => readCall(body, head, asked),
    writeCall: ({ body, edits }, { path, query }) => ({
      path: path + query,
      body: edits.size === 0 ? body : splice(body, edits),
    }),
    reader: (head, bounds) => readAnswer(head, bounds, answered),
    writer: (head) => writers[formOf(head)],
    refuse: refuseAsProblem,
  };
}

const writers = { events: eventWriter, lines: lineWriter, whole: wholeWriter, raw: rawWriter };

/** How an answer's media type says it has to be read. */
function formOf({ headers }: AnswerHead): keyof typeof writers {
  const type = mediaType(headers);
  if (type === "text/event-stream") return "events";
  if (/^application\/(x-ndjson|ndjson|jsonl|x-jsonl|jsonlines)$/.test(type)) return "lines";
  return isJson(type) ? "whole" : "raw";
}

function compilePlaces(texts: readonly string[] | undefined): readonly Pointer[] {
  return (texts ?? [""]).map((text) => {
    const pointer = compilePointer(text);
    if (pointer === undefined) throw new RangeError(`not an RFC 6901 pointer: ${text}`);
    return pointer;
  });
}

function readCall(body: Buffer, { headers }: RequestHead, places: readonly Pointer[]): Call | Refusal {
  if (isEncoded(headers)) return refuse("body_encoded");
  const wantsEvents = String(headers.accept ?? "").includes("text/event-stream");
  if (body.length === 0) return { ...rawCall(body), isStream: wantsEvents };
  if (!isReadAsJson(headers)) return refuseMediaType();
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseBody(reading.problem);
  const { value } = reading;
  const texts = places.flatMap((place) => [...textsAt(value, place)]);
  return {
    ...rawCall(body),
    isStream: wantsEvents || (isObject(value) && value.stream === true),
    value,
    texts: texts.map(({ pointer, text }) => ({ pointer, role: "user", kind: "text", text })),
  };
}

function readAnswer(head: AnswerHead, bounds: ReadBounds, texts: JsonTexts): FrameReader {
  const form = formOf(head);
  if (form === "raw") return rawReader;
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  if (form === "whole") return new WholeReader(bounds.bodyBytesMax, (body) => readWhole(body, head, texts));
  const { frameBytesMax } = bounds;
  return form === "lines"
    ? new StreamReader(new LineCutter(frameBytesMax), new JsonLines(texts))
    : new StreamReader(new SseCutter(frameBytesMax), new JsonEvents(texts));
}

/** Nothing at all is an answer too: 204, 304. An error's body may be anything. */
function readWhole(body: Buffer, { status }: AnswerHead, texts: JsonTexts): readonly Frame[] | Refusal {
  if (body.length === 0) return [];
  const deltas = texts.read(body);
  if (status < 400) return "kind" in deltas ? deltas : [{ kind: "frame", bytes: body, deltas }];
  const said = "kind" in deltas ? [] : deltas;
  return [{ kind: "frame", bytes: body, deltas: [{ kind: "error", status }, ...said] }];
}
