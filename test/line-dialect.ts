// Owns a dialect small enough to hold in mind: an answer is lines, the last one is `.`. Knows nothing of any
// vendor.

import type {
  AnswerHead,
  Call,
  Dialect,
  FrameReader,
  RequestHead,
  Writer,
  WrittenCall,
} from "../core/contracts/dialect.ts";
import type { Exchange, Outbound } from "../core/contracts/exchange.ts";
import type { Frame } from "../core/contracts/frame.ts";
import { type Refusal, refuse } from "../core/contracts/refusal.ts";
import { LineCutter } from "../core/text/lines.ts";
import { StreamReader, WholeReader } from "../core/text/readers.ts";

export const linesType = "text/lines";
export const wholeType = "text/whole";

/** `text` with its line end. */
export function lineFrame(text: string): Frame {
  return frameOf(Buffer.from(`${text}\n`));
}

export function textOf({ bytes }: Frame): string {
  return bytes.toString().replace(/\n$/, "");
}

function frameOf(bytes: Buffer): Frame {
  return {
    kind: "frame",
    bytes,
    get deltas() {
      const text = bytes.toString().replace(/\n$/, "");
      return [{ kind: "text", channel: "0", text, mode: "append" }] as const;
    },
  };
}

function isStream({ headers }: AnswerHead): boolean {
  return headers["content-type"] === linesType;
}

function lineReader(): FrameReader {
  let last = "";
  return new StreamReader(new LineCutter(1024 * 1024), {
    decode: (unit) => {
      const frame = frameOf(unit);
      last = textOf(frame);
      return last === "malformed" ? refuse("upstream_malformed") : frame;
    },
    finish: (rest) => (rest === undefined && last === "." ? [] : refuse("upstream_truncated")),
  });
}

function readCall(body: Buffer): Call | Refusal {
  const text = body.toString();
  if (text.startsWith("malformed")) return refuse("body_malformed");
  return {
    kind: "call",
    operation: "chat",
    model: undefined,
    isStream: true,
    body,
    value: text,
    texts: [{ pointer: "", role: "user", kind: "text", text }],
    media: [],
    hostedTools: [],
    references: [],
    outputTokensMax: undefined,
    edits: new Map(),
  };
}

function writerFor(head: AnswerHead): Writer {
  const isLines = isStream(head);
  return {
    edit: (_frame, deltas) => {
      const text = deltas.map((delta) => ("text" in delta ? delta.text : "")).join("");
      return isLines ? lineFrame(text) : frameOf(Buffer.from(text));
    },
    end: (reason) => (isLines ? [lineFrame(`~${reason}`), lineFrame(".")] : []),
    refuse: ({ code }) => (isLines ? lineFrame(`!${code}`) : undefined),
  };
}

/** Counts what is made of it, so that tests can say that nothing was. */
export class LineDialect implements Dialect {
  readonly name = "lines";
  readersMade = 0;
  writersMade = 0;

  readCall(body: Buffer): Call | Refusal {
    return readCall(body);
  }

  writeCall({ body, edits }: Call, { path, query }: RequestHead): WrittenCall {
    const edited = edits.get("");
    return { path: path + query, body: typeof edited === "string" ? Buffer.from(edited) : body };
  }

  reader(head: AnswerHead): FrameReader {
    this.readersMade += 1;
    if (isStream(head)) return lineReader();
    return new WholeReader(8 * 1024 * 1024, (body) => (body.length === 0 ? [] : [frameOf(body)]));
  }

  writer(head: AnswerHead): Writer {
    this.writersMade += 1;
    return writerFor(head);
  }

  refuse({ code, status }: Refusal): { head: AnswerHead; body: Buffer } {
    return { head: { status, headers: { "content-type": wholeType } }, body: Buffer.from(`refused ${code}`) };
  }
}

/** What a target of the client's own dialect is asked. */
export function writeAsAsked({ call, head, route: { dialect } }: Exchange): Outbound {
  const asItCame = { path: head.path + head.query, body: undefined };
  const written = call === undefined ? asItCame : dialect.writeCall(call, head, undefined);
  return { kind: "outbound", dialect, ...written };
}
