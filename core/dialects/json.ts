// Owns an agent's own API as a dialect: any JSON, texts where the policy points. Knows no vendor.

import { isUtf8 } from "node:buffer";
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
import { isObject, type JsonProblem, readJson, refuseBody, refuseMediaType } from "../text/json.ts";
import { LineCutter } from "../text/lines.ts";
import { isEncoded, isInUtf8, isJson, isReadAsJson, mediaType } from "../text/media.ts";
import { compilePointer, type Pointer } from "../text/pointer.ts";
import { refusingReader, StreamReader, WholeReader } from "../text/readers.ts";
import { splice } from "../text/splice.ts";
import { SseCutter } from "../text/sse.ts";
import { a2aCall } from "./json/a2a.ts";
import { PlainReader, plainWriter, UnreadReader } from "./json/plain.ts";
import { bodyEdits, editQuery, queryTexts } from "./json/query.ts";
import { askedTexts, JsonTexts } from "./json/texts.ts";
import { JsonEvents, JsonLines } from "./json/units.ts";
import { eventWriter, lineWriter, wholeWriter } from "./json/writers.ts";
import { refuseAsProblem } from "./problem.ts";
import { rawCall, rawWriter } from "./raw.ts";

export interface JsonTextPlaces {
  /** RFC 6901, `*` for every element; `undefined`: every string of the body and the query counts as text. */
  readonly requestText: readonly string[] | undefined;
  readonly responseText: readonly string[] | undefined;
  /** What is asked in no JSON: refused, or read as far as it is text. */
  readonly others?: "refuse" | "read";
}

/** Throws where a pointer is none: the policy's check comes first. */
export function jsonDialect({ requestText, responseText, others = "refuse" }: JsonTextPlaces): Dialect {
  const asked = compilePlaces(requestText);
  const answered = compilePlaces(responseText);
  const texts: AnswerTexts = {
    whole: new JsonTexts(answered, "frame"),
    pieces: new JsonTexts(answered, "either"),
  };
  return {
    name: "json",
    readCall: (body, head) => {
      const call = readCall(body, head, { places: asked, others });
      if (call.kind === "refusal" || requestText !== undefined) return call;
      return { ...call, texts: [...queryTexts(head.query), ...call.texts] };
    },
    writeCall: (call, { path, query }) => ({
      path: path + editQuery(query, call.edits),
      body: writeBody(call),
    }),
    reader: (head, bounds) => readAnswer(head, bounds, texts),
    writer: (head) => writers[formOf(head)],
    refuse: refuseAsProblem,
  };
}

interface AnswerTexts {
  readonly whole: JsonTexts;
  readonly pieces: JsonTexts;
}

const writers = {
  events: eventWriter,
  lines: lineWriter,
  whole: wholeWriter,
  plain: plainWriter,
  raw: rawWriter,
};

/** How an answer's media type says it has to be read. */
function formOf({ headers }: AnswerHead): keyof typeof writers {
  const type = mediaType(headers);
  if (type === "text/event-stream") return "events";
  if (/^application\/(x-ndjson|ndjson|jsonl|x-jsonl|jsonlines)$/.test(type)) return "lines";
  if (isJson(type)) return "whole";
  return isPlain(type) && isInUtf8(headers) && !isEncoded(headers) ? "plain" : "raw";
}

/** Many a small server names no type for its words. */
function isPlain(type: string): boolean {
  return type.startsWith("text/") || type === "";
}

function compilePlaces(texts: readonly string[] | undefined): readonly Pointer[] {
  return (texts ?? [""]).map((text) => {
    const pointer = compilePointer(text);
    if (pointer === undefined) throw new RangeError(`not an RFC 6901 pointer: ${text}`);
    return pointer;
  });
}

interface Asked {
  readonly places: readonly Pointer[];
  readonly others: "refuse" | "read";
}

function readCall(body: Buffer, head: RequestHead, { places, others }: Asked): Call | Refusal {
  const { headers } = head;
  if (isEncoded(headers)) return refuse("body_encoded");
  const wantsEvents = String(headers.accept ?? "").includes("text/event-stream");
  const call = { ...rawCall(body), isStream: wantsEvents };
  if (body.length === 0) return call;
  const readsOthers = others === "read";
  if (!isReadAsJson(headers))
    return readsOthers ? { ...call, ...readOther(body, headers) } : refuseMediaType();
  const reading = readJson(body);
  if (reading.kind === "problem") {
    const isWords = readsOthers && mediaType(headers) === "text/plain" && !isJsonLike(reading.problem);
    return isWords ? { ...call, ...readOther(body, headers) } : refuseBody(reading.problem);
  }
  const { value } = reading;
  const a2a = a2aCall(value, head);
  if (a2a !== undefined) return { ...call, ...a2a, isStream: wantsEvents || a2a.isStream, value };
  return {
    ...call,
    isStream: wantsEvents || (isObject(value) && value.stream === true),
    value,
    texts: [...askedTexts(value, places)],
  };
}

/** What some reader may take for JSON, each in its own way. */
function isJsonLike(problem: JsonProblem): boolean {
  return problem !== "malformed" && problem !== "truncated";
}

/** One text, or a file that nobody here can read. */
function readOther(body: Buffer, headers: RequestHead["headers"]): Pick<Call, "texts" | "media"> {
  if (isPlain(mediaType(headers)) && isInUtf8(headers) && isUtf8(body)) {
    return { texts: [{ pointer: "", role: "user", kind: "text", text: body.toString() }], media: [] };
  }
  return { texts: [], media: [{ pointer: "", type: "file", source: "base64" }] };
}

function writeBody({ body, value, edits: all }: Call): Buffer {
  const edits = all.size === 0 ? all : bodyEdits(all);
  if (edits.size === 0) return body;
  const plain = edits.get("");
  return value === undefined && typeof plain === "string" ? Buffer.from(plain) : splice(body, edits);
}

function readAnswer(head: AnswerHead, bounds: ReadBounds, { whole, pieces }: AnswerTexts): FrameReader {
  const form = formOf(head);
  if (form === "raw") return new UnreadReader(mediaType(head.headers));
  if (form === "plain") return new PlainReader(mediaType(head.headers));
  if (isEncoded(head.headers)) return refusingReader(refuse("upstream_encoded"));
  if (form === "whole") return new WholeReader(bounds.bodyBytesMax, (body) => readWhole(body, head, whole));
  const { frameBytesMax } = bounds;
  return form === "lines"
    ? new StreamReader(new LineCutter(frameBytesMax), new JsonLines(pieces))
    : new StreamReader(new SseCutter(frameBytesMax), new JsonEvents(pieces));
}

/** Nothing at all is an answer too: 204, 304. An error's body may be anything. */
function readWhole(body: Buffer, { status }: AnswerHead, texts: JsonTexts): readonly Frame[] | Refusal {
  if (body.length === 0) return [];
  const deltas = texts.read(body);
  if (status < 400) return "kind" in deltas ? deltas : [{ kind: "frame", bytes: body, deltas }];
  const said = "kind" in deltas ? [] : deltas;
  return [{ kind: "frame", bytes: body, deltas: [{ kind: "error", status }, ...said] }];
}
