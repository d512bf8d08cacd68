// Owns the framings that vendors share: a whole body, server-sent events, lines; knows no vendor.

import type { Frame, Framing } from "./dialect.ts";

type Headers = Readonly<Record<string, string>>;

export function bodyFraming(headers: Headers, lateError: string): Framing {
  return {
    name: "body",
    headers,
    writeLateError: () => Buffer.from(lateError),
    reframe: (frame, change) => Buffer.from(change(frame.toString("utf8"))),
  };
}

/** `lateError` is a whole event, its framing included. */
export function eventFraming(headers: Headers, lateError: string): Framing {
  return {
    name: "events",
    headers,
    writeLateError: () => Buffer.from(lateError),
    reframe: (frame, change) =>
      Buffer.from(
        frame
          .toString("utf8")
          .replace(/^data: (.*?)(\r?)$/m, (_, data, end) => `data: ${change(data)}${end}`),
      ),
  };
}

export function lineFraming(headers: Headers, lateError: string): Framing {
  return {
    name: "lines",
    headers,
    writeLateError: () => Buffer.from(`${lateError}\n`),
    reframe: (frame, change) => Buffer.from(`${change(frame.toString("utf8").trimEnd())}\n`),
  };
}

/** A server-sent event with a name. */
export function namedEvent(event: string, payload: string, tokens = 0): Frame {
  return { bytes: Buffer.from(`event: ${event}\ndata: ${payload}\n\n`), tokens, isEndMark: false };
}

export function endMark(frame: Frame): Frame {
  return { ...frame, isEndMark: true };
}

/** The answer in one piece, laid out as most vendors do. */
export function jsonBody(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
