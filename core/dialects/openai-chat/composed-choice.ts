// Owns what of a choice has been said while its answer is written: its calls by their numbers, and its end.
// Knows no bytes.

import { randomUUID } from "node:crypto";
import type { Delta, StopReason, TextDelta } from "../../contracts/frame.ts";

export interface ComposedCall {
  readonly index: number;
  readonly id: string;
  name: string;
  /** JSON text; in a stream only its beginning is kept. */
  args: string;
}

/** `0/tool/1/action/query`: nobody else has a place for it. */
const beside = /\/tool\/\d+\//;

/** Its calls are as many as the reader of the upstream lets begin. */
export class ComposedChoice {
  readonly index: number;
  stop: StopReason = "stop";
  /** In the order they began. */
  readonly calls: ComposedCall[] = [];
  /** What is said on a channel is of the call that began there last; `undefined`: the vendor runs it. */
  readonly #byChannel = new Map<string, ComposedCall | undefined>();

  constructor(index: number) {
    this.index = index;
  }

  begin(
    channel: string,
    { id, isHosted }: { readonly id?: string | undefined; readonly isHosted: boolean },
  ): void {
    if (!isHosted) this.#add(channel, id);
    else this.#byChannel.set(channel, undefined);
  }

  /** Of which call a name or arguments are; where nobody announced it, it begins here. */
  callOn(channel: string): ComposedCall | undefined {
    if (this.#byChannel.has(channel)) return this.#byChannel.get(channel);
    return beside.test(channel) ? undefined : this.#add(channel, undefined);
  }

  /** Some vendors call a call to a tool a stop like any other. */
  get finishReason(): string {
    return this.calls.length > 0 && this.stop === "stop" ? "tool_calls" : finishReasons[this.stop];
  }

  #add(channel: string, id = `call_${randomUUID().replaceAll("-", "").slice(0, 24)}`): ComposedCall {
    const call: ComposedCall = { index: this.calls.length, id, name: "", args: "" };
    this.calls.push(call);
    this.#byChannel.set(channel, call);
    return call;
  }
}

const finishReasons: Readonly<Record<StopReason, string>> = {
  stop: "stop",
  stop_sequence: "stop",
  length: "length",
  tool_calls: "tool_calls",
  content_filter: "content_filter",
  refusal: "content_filter",
  pause: "stop",
  other: "stop",
};

/** The choices of one answer, in the order they are first spoken of; one where none is. */
export class ComposedChoices<Choice extends ComposedChoice> {
  readonly #make: (index: number) => Choice;
  readonly #choices = new Map<number, Choice>();

  constructor(make: (index: number) => Choice) {
    this.#make = make;
  }

  /** `0/tool/1` is of the choice `0`. */
  of(channel: string): Choice {
    return this.at(Number.parseInt(channel, 10));
  }

  at(index: number): Choice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const made = this.#make(index);
    this.#choices.set(index, made);
    return made;
  }

  all(): readonly Choice[] {
    return this.#choices.size === 0 ? [this.at(0)] : [...this.#choices.values()];
  }
}

/** What was said before in another way is not said again. */
export function isNewText(delta: Delta): delta is TextDelta {
  return "text" in delta && delta.mode === "append" && delta.text !== "";
}
