// Owns dialects broken on purpose: each has one fault that a conformance run has to see. Knows no vendor.

import type { Dialect, FrameReader, Writer } from "../../core/contracts/dialect.ts";
import type { Delta, Frame, Usage } from "../../core/contracts/frame.ts";
import type { CheckName } from "./checks.ts";

type Change = (frame: Frame) => Frame;

/** The same but for its frames. */
function reading(dialect: Dialect, change: Change): Dialect {
  const changed = (frames: ReturnType<FrameReader["end"]>) =>
    "kind" in frames ? frames : frames.map(change);
  return {
    ...dialect,
    reader: (...about) => {
      const reader = dialect.reader(...about);
      return { push: (chunk) => changed(reader.push(chunk)), end: () => changed(reader.end()) };
    },
  };
}

const saying = (dialect: Dialect, change: (deltas: readonly Delta[]) => readonly Delta[]): Dialect =>
  reading(dialect, ({ kind, bytes, deltas }) => ({ kind, bytes, deltas: change(deltas) }));

function writing(dialect: Dialect, edit: (writer: Writer) => Writer["edit"]): Dialect {
  return {
    ...dialect,
    writer: (head) => {
      const writer = dialect.writer(head);
      return { ...writer, edit: edit(writer) };
    },
  };
}

const doubled = (usage: Usage): Usage => ({ ...usage, outputTokens: usage.outputTokens * 2 + 1 });

export interface Fault {
  readonly what: string;
  readonly seenBy: CheckName;
  readonly breakDialect: (dialect: Dialect) => Dialect;
}

export const faults: readonly Fault[] = [
  {
    what: "drops a byte",
    seenBy: "bytes",
    breakDialect: (dialect) => reading(dialect, (frame) => ({ ...frame, bytes: frame.bytes.subarray(1) })),
  },
  {
    what: "writes a request anew",
    seenBy: "request",
    breakDialect: (dialect) => ({
      ...dialect,
      writeCall: (...about) => {
        const { path, body } = dialect.writeCall(...about);
        return { path, body: Buffer.concat([body, Buffer.from("\n")]) };
      },
    }),
  },
  {
    what: "edits nothing",
    seenBy: "edits",
    breakDialect: (dialect) => writing(dialect, () => (frame) => frame),
  },
  {
    what: "writes an edit over what stands beside it",
    seenBy: "edits",
    breakDialect: (dialect) =>
      writing(dialect, (writer) => (frame, deltas) => {
        const edited = writer.edit(frame, deltas);
        const spoilt = edited.bytes.toString().replace(/"(index|role|model)"/, '"x"');
        return edited === frame ? frame : { ...edited, bytes: Buffer.from(spoilt) };
      }),
  },
  { what: "says nothing", seenBy: "events", breakDialect: (dialect) => saying(dialect, () => []) },
  {
    what: "overhears the end",
    seenBy: "events",
    breakDialect: (dialect) => saying(dialect, (deltas) => deltas.filter(({ kind }) => kind !== "end")),
  },
  {
    what: "doubles what was used",
    seenBy: "usage",
    breakDialect: (dialect) =>
      saying(dialect, (deltas) =>
        deltas.map((delta) => (delta.kind === "usage" ? { ...delta, usage: doubled(delta.usage) } : delta)),
      ),
  },
  {
    what: "takes an error for an answer",
    seenBy: "errors",
    breakDialect: (dialect) => saying(dialect, (deltas) => deltas.filter(({ kind }) => kind !== "error")),
  },
];
