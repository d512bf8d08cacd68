// Owns writing into a Converse answer: edits, an early end, an exception. Knows not who asks.

import type { Writer } from "../../contracts/dialect.ts";
import type { Delta, Ending, Frame, Usage } from "../../contracts/frame.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { payloadOf, replacePayload, writeMessage } from "../../text/eventstream-message.ts";
import type { JsonObject } from "../../text/json.ts";
import { splice } from "../../text/splice.ts";
import { nothingOwed } from "../nothing-owed.ts";
import { changedTexts, edited } from "../placed-text.ts";
import { exceptionName } from "./errors.ts";
import { channel } from "./reading.ts";
import type { EventFrame } from "./stream.ts";
import { writeUsage } from "./usage.ts";

/** For a whole answer: said at once, there is nothing to end early and no place for an error. */
export const wholeWriter: Writer = {
  edit(frame, deltas) {
    const edits = changedTexts(frame, deltas);
    return edits.size === 0 ? frame : edited(frame, splice(frame.bytes, edits), edits);
  },
  end: () => [],
  refuse: () => undefined,
};

interface WrittenEvent {
  readonly name: string;
  readonly value: JsonObject;
  readonly deltas: readonly Delta[];
}

export class StreamWriter implements Writer {
  #hasBegun = false;
  /** It has been said why the model stopped. */
  #isSettled = false;
  /** Its figures were told, after all else. */
  #isOver = false;
  /** The block that owes its end. */
  #block: number | undefined = undefined;

  note(frame: Frame): void {
    const { step } = frame as EventFrame;
    if (step === undefined) return;
    this.#hasBegun = true;
    if (step.kind === "open") this.#block = step.index;
    else if (step.kind === "close") this.#block = undefined;
    else if (step.kind === "settle") this.#isSettled = true;
    else if (step.kind === "end") this.#isOver = true;
  }

  edit(frame: Frame, deltas: readonly Delta[]): Frame {
    const edits = changedTexts(frame, deltas);
    if (edits.size === 0) return frame;
    const payload = splice(payloadOf(frame.bytes), edits);
    const { step } = frame as EventFrame;
    const written: EventFrame = {
      ...edited(frame, replacePayload(frame.bytes, payload), edits),
      step,
    };
    return written;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(_reason: Ending["reason"], usage: Usage): readonly Frame[] {
    if (this.#isOver) return nothingOwed;
    return this.endEvents(usage).map(({ name, value, deltas }) => {
      const bytes = writeMessage({ type: "event", name }, JSON.stringify(value));
      return { kind: "frame", bytes, deltas };
    });
  }

  /** What a message that is cut here still owes. Where nothing was said yet, nothing can be ended. */
  endEvents(usage: Usage): readonly WrittenEvent[] {
    if (!this.#hasBegun) return [];
    const events: WrittenEvent[] = [];
    if (this.#block !== undefined) {
      events.push({ name: "contentBlockStop", value: { contentBlockIndex: this.#block }, deltas: [] });
    }
    if (!this.#isSettled) {
      const reason = "max_tokens";
      const deltas: readonly Delta[] = [{ kind: "end", channel, reason, stop: "length" }];
      events.push({ name: "messageStop", value: { stopReason: reason }, deltas });
    }
    const value = { usage: writeUsage(usage), metrics: { latencyMs: 0 } };
    return [...events, { name: "metadata", value, deltas: [{ kind: "usage", usage }] }];
  }

  refuse(refusal: Refusal): Frame {
    return exceptionFrame(refusal);
  }
}

/** Nobody takes what ends in it for whole. */
export function exceptionFrame(refusal: Refusal): Frame {
  const message = { type: "exception", name: exceptionName(refusal) };
  const bytes = writeMessage(message, JSON.stringify({ message: refusal.message }));
  return { kind: "frame", bytes, deltas: [{ kind: "error", status: refusal.status }] };
}
