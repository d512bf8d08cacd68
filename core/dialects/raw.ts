// Owns the way of bytes nobody reads: a chunk is a frame that says nothing. Must not look into them.

import type { Call, Dialect, FrameReader, Writer } from "../contracts/dialect.ts";
import { refuseAsProblem } from "./problem.ts";

export const rawReader: FrameReader = {
  push: (chunk) => [{ kind: "frame", bytes: chunk, deltas: [] }],
  end: () => [],
};

export const rawWriter: Writer = {
  edit: (frame) => frame,
  end: () => [],
  refuse: () => undefined,
};

/** A call of which nothing is known but its bytes. */
export function rawCall(body: Buffer): Call {
  return {
    kind: "call",
    operation: "agent",
    model: undefined,
    isStream: false,
    body,
    value: undefined,
    texts: [],
    media: [],
    hostedTools: [],
    references: [],
    outputTokensMax: undefined,
    edits: new Map(),
  };
}

export const raw: Dialect = {
  name: "raw",
  readCall: rawCall,
  writeCall: ({ body }, { path, query }) => ({ path: path + query, body }),
  reader: () => rawReader,
  writer: () => rawWriter,
  refuse: refuseAsProblem,
};
