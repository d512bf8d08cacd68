// Owns writing into a message's answer: edits, an early end, an error. Knows not who asks.

import type { Writer } from "../../contracts/dialect.ts";
import type { Delta, Ending, Frame, Usage } from "../../contracts/frame.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import type { JsonObject } from "../../text/json.ts";
import { splice } from "../../text/splice.ts";
import { bomLength, readEvent, spliceEvent, writeEvent } from "../../text/sse-event.ts";
import { nothingOwed } from "../nothing-owed.ts";
import { changedTexts, edited } from "../placed-text.ts";
import { errorObject } from "./errors.ts";
import type { EventFrame } from "./stream.ts";
import { writeUsage } from "./usage.ts";

/** For a whole message: said at once, there is nothing to end early and no place for an error. */
export const wholeWriter: Writer = {
  edit(frame, deltas) {
    const edits = changedTexts(frame, deltas);
    return edits.size === 0 ? frame : edited(frame, splice(frame.bytes, edits), edits);
  },
  end: () => [],
  refuse: () => undefined,
};

/**
 * An edited thought keeps its signature: that is the vendor's own sealed copy, of which nobody else can read
 * anything. A client that sends the two back is heard or refused by the vendor, never misunderstood.
 */
export class StreamWriter implements Writer {
  #hasBegun = false;
  /** It has been said why the model stopped. */
  #isSettled = false;
  #isOver = false;
  /** Blocks that owe their end; as many as `blocksMax`, at most. */
  readonly #open = new Set<number>();

  note(frame: Frame): void {
    const { step } = frame as EventFrame;
    if (step === undefined) return;
    if (step.kind === "begin") {
      this.#hasBegun = true;
      this.#isSettled = false;
      this.#open.clear();
    } else if (step.kind === "open") this.#open.add(step.index);
    else if (step.kind === "close") this.#open.delete(step.index);
    else if (step.kind === "settle") this.#isSettled = true;
    else this.#isOver = true;
  }

  edit(frame: Frame, deltas: readonly Delta[]): Frame {
    const edits = changedTexts(frame, deltas);
    if (edits.size === 0) return frame;
    const event = readEvent(frame.bytes, bomLength(frame.bytes));
    const { step } = frame as EventFrame;
    const written: EventFrame = {
      ...edited(frame, spliceEvent(frame.bytes, event, edits), edits),
      step,
    };
    return written;
  }

  /** Where nothing was said yet, nothing can be ended. */
  end(_reason: Ending["reason"], usage: Usage): readonly Frame[] {
    if (this.#isOver) return nothingOwed;
    if (!this.#hasBegun) return [];
    const closing = [...this.#open].map((index) => frameOf({ type: "content_block_stop", index }, []));
    const stop = frameOf({ type: "message_stop" }, []);
    if (this.#isSettled) return [...closing, stop];
    const delta = { stop_reason: "max_tokens", stop_sequence: null };
    const settled = frameOf({ type: "message_delta", delta, usage: writeUsage(usage) }, [
      { kind: "end", channel: "0", reason: "max_tokens", stop: "length" },
      { kind: "usage", usage },
    ]);
    return [...closing, settled, stop];
  }

  /** Without `message_stop`: nobody shall take the answer for whole. */
  refuse(refusal: Refusal): Frame {
    return frameOf(errorObject(refusal), [{ kind: "error", status: refusal.status }]);
  }
}

/** Events are named by their type. */
function frameOf(event: JsonObject, deltas: readonly Delta[]): Frame {
  return { kind: "frame", bytes: writeMessageEvent(event), deltas };
}

export function writeMessageEvent(event: JsonObject): Buffer {
  return writeEvent(event, String(event.type));
}
