// Owns what a broken, odd or lying provider may answer, made of a good answer. Knows no dialect by name.

import { gzipSync } from "node:zlib";
import type { HeaderMap } from "../../../core/contracts/dialect.ts";
import type { RefusalCode } from "../../../core/contracts/refusal.ts";
import type { Specimen } from "../../core/torture/specimens.ts";
import { type Unit, unitsOf } from "../../core/torture/units.ts";

export interface BadAnswer {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: Buffer;
}

export interface BadCase {
  readonly what: string;
  /** `passes`: goes to the client as it came. */
  readonly leadsTo: RefusalCode | "passes";
  /** `undefined`: this answer cannot be made bad so. */
  readonly make: (good: Specimen) => Partial<BadAnswer> | undefined;
}

const frameBytesMax = 1024 * 1024;

const typeOf = ({ head }: Specimen): string => String(head.headers["content-type"]).split(";")[0] ?? "";
const isEvents = (good: Specimen): boolean => typeOf(good) === "text/event-stream";
/** Others answer whole whatever their head says. */
const hasEvents = ({ dialect }: Specimen): boolean =>
  /^(openai-(chat|completions|responses)|anthropic-messages|gemini)$/.test(dialect.name);
const isArray = ({ answer }: Specimen): boolean => answer[0] === 0x5b;
const isGoogles = ({ dialect }: Specimen): boolean => dialect.name.startsWith("gemini");
const isMessages = (good: Specimen): boolean => typeOf(good).startsWith("application/vnd.amazon");
const isStream = (good: Specimen): boolean => unitsOf(good.head, good.answer).length > 1;

/** In the middle of the answer a payload is another; `undefined` leaves the unit as it was. */
function changed(good: Specimen, change: (payload: string) => string | Buffer): Partial<BadAnswer> {
  const units = unitsOf(good.head, good.answer);
  const at = Math.floor((units.length - 1) / 2);
  return joined(units, (unit, index) => {
    if (index !== at || unit.payload === undefined) return [unit.bytes];
    return [unit.around(Buffer.from(change(unit.payload.toString())))];
  });
}

function joined(units: readonly Unit[], change: (unit: Unit, at: number) => readonly Buffer[]) {
  return { body: Buffer.concat(units.flatMap(change)) };
}

/** Behind the first of the answer's units. */
function inserted(good: Specimen, bytes: Buffer): Partial<BadAnswer> {
  const units = unitsOf(good.head, good.answer);
  return joined(units, (unit, at) => (at === 0 ? [unit.bytes, bytes] : [unit.bytes]));
}

const member = (text: string) => (payload: string) => payload.replace("{", () => `{"odd":${text},`);
const withMember = (text: string) => (good: Specimen) => changed(good, member(text));

/** The middle unit, or the body, is exactly so long. */
function sized(good: Specimen, bytes: number): Partial<BadAnswer> | undefined {
  const units = unitsOf(good.head, good.answer);
  const at = Math.floor((units.length - 1) / 2);
  const unit = units[at];
  if (unit?.payload === undefined || unit.payload.toString("latin1").includes('"bytes"')) return undefined;
  const odd = (length: number) =>
    unit.around(Buffer.from(member(`"${"x".repeat(length)}"`)(String(unit.payload))));
  const made = odd(bytes - odd(0).length);
  if (made.length !== bytes) return undefined;
  return joined(units, (each, index) => (index === at ? [made] : [each.bytes]));
}

/** An event that says nothing, in the middle of a stream of them. */
const insertedEvent = (text: string) => (good: Specimen) =>
  isEvents(good) ? inserted(good, Buffer.from(text)) : undefined;

const relined = (end: string) => (good: Specimen) =>
  isEvents(good)
    ? { body: Buffer.from(good.answer.toString("latin1").replaceAll(/\r\n|\n/g, end), "latin1") }
    : undefined;

/** A message of AWS's encoding with some of its bytes changed, in the middle of the stream. */
const spoilt = (spoil: (message: Buffer) => void) => (good: Specimen) => {
  if (!isMessages(good)) return undefined;
  const units = unitsOf(good.head, good.answer);
  return joined(units, ({ bytes }, at) => {
    const copy = Buffer.from(bytes);
    if (at === Math.floor(units.length / 2)) spoil(copy);
    return [copy];
  });
};

const typed = (type: string | undefined, holds: (good: Specimen) => boolean) => (good: Specimen) =>
  holds(good) ? { headers: { "content-type": type } } : undefined;

export const damagedAnswers: readonly BadCase[] = [
  {
    what: "half a JSON text",
    leadsTo: "upstream_malformed",
    make: (good) => (isStream(good) ? changed(good, () => '{"a":}') : undefined),
  },
  { what: "a name twice", leadsTo: "upstream_malformed", make: withMember('{"a":1,"a":2}') },
  {
    what: "a name twice, once escaped",
    leadsTo: "upstream_malformed",
    make: withMember('{"a":1,"\\u0061":2}'),
  },
  { what: "__proto__", leadsTo: "upstream_malformed", make: withMember('{"__proto__":{}}') },
  {
    what: "invalid UTF-8",
    leadsTo: "upstream_malformed",
    make: (good) => changed(good, (payload) => Buffer.from(member('"\u00ff"')(payload), "latin1")),
  },
  { what: "NUL in it", leadsTo: "upstream_malformed", make: withMember('"\u0000"') },
  {
    what: "10,000 levels",
    leadsTo: "upstream_malformed",
    make: withMember("[".repeat(10_000) + "]".repeat(10_000)),
  },
  { what: "65 levels", leadsTo: "passes", make: withMember("[".repeat(65) + "]".repeat(65)) },
  {
    what: "a list",
    leadsTo: "upstream_malformed",
    // Where Google's answers come in one, it is a stream.
    make: (good) =>
      isArray(good) || isGoogles(good) ? undefined : changed(good, (payload) => `[${payload}]`),
  },
  {
    what: "a number",
    leadsTo: "upstream_malformed",
    make: (good) => (isArray(good) ? undefined : changed(good, () => "1")),
  },
  {
    what: "a unit as large as it may be",
    leadsTo: "passes",
    make: (good) => (isStream(good) ? sized(good, frameBytesMax) : undefined),
  },
  {
    what: "a unit one byte larger",
    leadsTo: "upstream_too_large",
    make: (good) => (isStream(good) ? sized(good, frameBytesMax + 1) : undefined),
  },
  { what: "a comment", leadsTo: "passes", make: insertedEvent(": \u0000 keep alive\n\n") },
  {
    what: "an event without data",
    leadsTo: "passes",
    make: insertedEvent("event: ping\nid: 7\nretry: 10\n\n"),
  },
  { what: "fields nobody knows", leadsTo: "passes", make: insertedEvent("odd: 1\nodd\n\n\n\n") },
  {
    what: "an event of an unknown kind",
    leadsTo: "passes",
    make: insertedEvent('event: odd\ndata: {"type":"odd","x":[{}]}\n\n'),
  },
  {
    what: "data in two lines",
    leadsTo: "passes",
    make: insertedEvent('data: {"type":"odd",\ndata: "x":1}\n\n'),
  },
  { what: "carriage returns and line feeds", leadsTo: "passes", make: relined("\r\n") },
  { what: "carriage returns alone", leadsTo: "passes", make: relined("\r") },
  {
    what: "a byte order mark before its events",
    leadsTo: "passes",
    make: (good) =>
      isEvents(good) ? { body: Buffer.concat([Buffer.from("\ufeff"), good.answer]) } : undefined,
  },
  {
    what: "a byte order mark before its JSON",
    leadsTo: "upstream_malformed",
    make: (good) =>
      isEvents(good) || isMessages(good) || isArray(good)
        ? undefined
        : { body: Buffer.concat([Buffer.from("\ufeff"), good.answer]) },
  },
  {
    what: "a broken checksum of a prelude",
    leadsTo: "upstream_malformed",
    make: spoilt((message) => message.writeUInt32BE(1, 8)),
  },
  {
    what: "a broken checksum of a message",
    leadsTo: "upstream_malformed",
    make: spoilt((message) => message.writeUInt32BE(1, message.length - 4)),
  },
  {
    what: "a length that is none",
    leadsTo: "upstream_malformed",
    make: spoilt((message) => message.writeUInt32BE(message.length + 1, 0)),
  },
  {
    what: "a payload its checksum is not of",
    leadsTo: "upstream_malformed",
    make: spoilt((message) => message.fill("x", message.length - 8, message.length - 4)),
  },
];

export const lyingHeads: readonly BadCase[] = [
  {
    what: "events that are called JSON",
    leadsTo: "upstream_malformed",
    make: typed("application/json", isEvents),
  },
  {
    what: "messages that are called JSON",
    leadsTo: "upstream_malformed",
    make: typed("application/json", isMessages),
  },
  {
    what: "JSON that is called events",
    leadsTo: "upstream_truncated",
    make: typed("text/event-stream", (good) => typeOf(good) === "application/json" && hasEvents(good)),
  },
  {
    what: "gzip nobody asked for",
    leadsTo: "upstream_encoded",
    make: ({ answer }) => ({ headers: { "content-encoding": "gzip" }, body: gzipSync(answer) }),
  },
  { what: "nothing at all", leadsTo: "upstream_truncated", make: () => ({ body: Buffer.alloc(0) }) },
  { what: "204", leadsTo: "passes", make: () => ({ status: 204, body: Buffer.alloc(0) }) },
  { what: "304", leadsTo: "passes", make: () => ({ status: 304, body: Buffer.alloc(0) }) },
  {
    what: "half of it",
    leadsTo: "upstream_truncated",
    make: ({ answer }) => ({ body: answer.subarray(0, answer.length / 2) }),
  },
  { what: "all but its end", leadsTo: "upstream_truncated", make: (good) => withoutEnd(good) },
];

/** A stream without what says that it is whole. */
function withoutEnd(good: Specimen): Partial<BadAnswer> | undefined {
  const units = unitsOf(good.head, good.answer);
  const isEnd = /\[DONE\]|finishReason|message_stop|messageStop|response\.completed|"done":true/;
  const end = units.findIndex(({ bytes, payload }) => isEnd.test(`${payload ?? bytes}`));
  return end < 1 ? undefined : joined(units, ({ bytes }, at) => (at < end ? [bytes] : []));
}

export const lateFrames: readonly BadCase[] = [
  {
    what: "words behind its end",
    leadsTo: "passes",
    make: (good) => {
      const units = unitsOf(good.head, good.answer);
      const late = units.find(({ payload }) => payload?.includes("five"));
      if (!isStream(good) || isArray(good) || late === undefined) return undefined;
      return { body: Buffer.concat([good.answer, late.bytes]) };
    },
  },
  {
    what: "its end twice",
    leadsTo: "passes",
    make: (good) => {
      const last = unitsOf(good.head, good.answer).at(-1);
      if (!isStream(good) || isArray(good) || last === undefined) return undefined;
      return { body: Buffer.concat([good.answer, last.bytes]) };
    },
  },
];
