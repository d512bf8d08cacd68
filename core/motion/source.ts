// Owns the shape of an answer's bytes on their way in: who pushes, who may slow it down. Knows no transport.

import type { AnswerHead, FrameReader, ReadBounds } from "../contracts/dialect.ts";
import type { Refusal } from "../contracts/refusal.ts";

export interface Sink {
  data(chunk: Buffer): void;
  end(): void;
  /** The upstream was lost before its end; nothing follows. */
  lost(refusal: Refusal): void;
}

export interface Source {
  /** Bytes flow from here on; what came before is handed over first. At most once. */
  attach(sink: Sink): void;
  pause(): void;
  resume(): void;
  /** Stops the upstream at once; the sink hears nothing more. */
  abort(): void;
}

/** A head and the bytes that follow it. */
export interface Reply {
  readonly kind: "reply";
  readonly head: AnswerHead;
  readonly source: Source;
  /** Where the answer comes in another dialect than the client's; it has to be read then. */
  readonly reader?: (bounds: ReadBounds) => FrameReader;
}

/** An answer made here, whole: it leaves through the same pump as an upstream's. */
export function makeReply(head: AnswerHead, body: Buffer): Reply {
  head.headers["content-length"] = String(body.length);
  return { kind: "reply", head, source: bufferSource(body) };
}

function bufferSource(body: Buffer): Source {
  let isAborted = false;
  return {
    attach(sink) {
      if (body.length > 0) sink.data(body);
      if (!isAborted) sink.end();
    },
    pause() {},
    resume() {},
    abort() {
      isAborted = true;
    },
  };
}
