// Owns what a dialect is: bytes to Call and Frame, and back. Knows nothing of sockets, chains or policies.

import type { Delta, Ending, Frame, Usage } from "./frame.ts";
import type { Refusal } from "./refusal.ts";

/** Lower-case names; a repeated header is joined as Node joins it (set-cookie is a list). */
export type HeaderMap = Record<string, string | string[] | undefined>;

export interface RequestHead {
  readonly method: string;
  /** The path below the route, with its leading slash and without its query, as the client wrote it. */
  readonly path: string;
  /** From `?` on, or empty. */
  readonly query: string;
  readonly headers: HeaderMap;
}

/** Editable in `head` hooks until the first byte is released. */
export interface AnswerHead {
  status: number;
  headers: HeaderMap;
}

export type JsonValue = null | boolean | number | string | JsonValue[] | { [name: string]: JsonValue };

/** One text of a request that somebody wrote, reachable for guards. */
export interface CallText {
  /** RFC 6901 pointer into the body. */
  readonly pointer: string;
  readonly role: string;
  readonly text: string;
}

/** What the client asks, free of any vendor's format, with the original text kept. */
export interface Call {
  readonly kind: "call";
  readonly operation: "chat" | "models" | "agent";
  readonly model: string | undefined;
  readonly isStream: boolean;
  /** As it came. */
  readonly body: Buffer;
  /** The one reading of `body`; never changed in place. `undefined` where there is no body. */
  readonly value: JsonValue | undefined;
  readonly texts: readonly CallText[];
  /** Provider-run tools the request switches on, by the vendor's name. */
  readonly hostedTools: readonly string[];
  /** The most output tokens the client asks for, over all choices; undefined where it does not say. */
  readonly outputTokensMax: number | undefined;
  /** RFC 6901 pointer → new value; spliced into the original text when the call is written. */
  readonly edits: Map<string, JsonValue>;
}

export interface ReadBounds {
  /** One SSE event, one line. */
  readonly frameBytesMax: number;
  /** A whole unstreamed body. */
  readonly bodyBytesMax: number;
}

export interface FrameReader {
  push(chunk: Buffer): readonly Frame[] | Refusal;
  /** The upstream ended cleanly on the wire; says no where the format shows that the answer is not whole. */
  end(): readonly Frame[] | Refusal;
}

/** Stateful, one an answer. */
export interface Writer {
  /** Told of each frame that is released, in order, where the end depends on what was said before it. */
  note?(frame: Frame): void;
  /** `deltas[i]` takes the place of `frame.deltas[i]`; only the texts that differ change on the wire. */
  edit(frame: Frame, deltas: readonly Delta[]): Frame;
  /** The proper end of a stream that is cut here. */
  end(reason: Ending["reason"], usage: Usage): readonly Frame[];
  /** After the commit. `undefined`: this format cannot say it, so the connection is reset. */
  refuse(refusal: Refusal): Frame | undefined;
}

/** How a provider's route is treated; what is not listed is refused. */
export type Coverage = "inspected" | "metered" | "refused";
export interface CoveredRoute {
  readonly method: string;
  /** Segments; `*` stands for one. */
  readonly path: string;
  readonly coverage: Coverage;
}

export interface Dialect {
  readonly name: string;
  readCall(body: Buffer, head: RequestHead): Call | Refusal;
  /** The body to send: the original bytes where nothing was edited. */
  writeCall(call: Call, model: string | undefined): Buffer;
  reader(head: AnswerHead, bounds: ReadBounds): FrameReader;
  writer(head: AnswerHead): Writer;
  /** Before the commit: the vendor's own error object. */
  refuse(refusal: Refusal): { head: AnswerHead; body: Buffer };
}
