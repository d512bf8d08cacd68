// Owns writing into a streamed InvokeModel answer: edits, an early end, an exception. Knows not who asks.

import type { Writer } from "../../contracts/dialect.ts";
import type { Delta, Ending, Frame, Usage } from "../../contracts/frame.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { payloadOf, replacePayload, writeMessage } from "../../text/eventstream-message.ts";
import { splice } from "../../text/splice.ts";
import { readEvent } from "../../text/sse-event.ts";
import { StreamWriter as MessageWriter } from "../anthropic-messages/writer.ts";
import type { EventFrame } from "../bedrock-converse/stream.ts";
import { StreamWriter as ConverseWriter, exceptionFrame } from "../bedrock-converse/writer.ts";
import { nothingOwed } from "../nothing-owed.ts";
import { changedTexts, edited } from "../placed-text.ts";
import { rewrap, unwrap, wrap } from "./chunk.ts";

export class StreamWriter implements Writer {
  readonly #messages = new MessageWriter();
  readonly #converse = new ConverseWriter();
  #isNova: boolean | undefined = undefined;

  note(frame: Frame): void {
    const { step, bytes } = frame as EventFrame;
    if (step === undefined) return;
    this.#isNova ??= isNova(bytes);
    if (this.#isNova) this.#converse.note(frame);
    else this.#messages.note(frame);
  }

  edit(frame: Frame, deltas: readonly Delta[]): Frame {
    const edits = changedTexts(frame, deltas);
    if (edits.size === 0) return frame;
    const payload = payloadOf(frame.bytes);
    const event = splice(unwrap(payload) ?? Buffer.alloc(0), edits);
    const { step } = frame as EventFrame;
    const written: EventFrame = {
      ...edited(frame, replacePayload(frame.bytes, rewrap(payload, event)), edits),
      step,
    };
    return written;
  }

  end(reason: Ending["reason"], usage: Usage): readonly Frame[] {
    if (this.#isNova) {
      if (this.#converse.isOver) return nothingOwed;
      return this.#converse.endEvents(usage).map(({ name, value, deltas }) => {
        return chunkFrame(Buffer.from(JSON.stringify({ [name]: value })), deltas);
      });
    }
    const events = this.#messages.end(reason, usage);
    if (events === nothingOwed) return events;
    return events.map(({ bytes, deltas }) => {
      return chunkFrame(readEvent(bytes, 0).data ?? Buffer.alloc(0), deltas);
    });
  }

  refuse(refusal: Refusal): Frame {
    return exceptionFrame(refusal);
  }
}

function isNova(bytes: Buffer): boolean {
  return unwrap(payloadOf(bytes))?.includes('"messageStart"') === true;
}

function chunkFrame(event: Buffer, deltas: readonly Delta[]): Frame {
  return { kind: "frame", bytes: writeMessage({ type: "event", name: "chunk" }, wrap(event)), deltas };
}
