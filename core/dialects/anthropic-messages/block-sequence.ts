// Owns the order of an answer's blocks, made out of what another vendor's says: one at a time, each opened
// and closed. Must not know how they are written.

import { randomUUID } from "node:crypto";
import type { SignatureDelta, TextDelta, ToolDelta } from "../../contracts/frame.ts";
import type { JsonObject } from "../../text/json.ts";
import { unproven } from "../../text/proof-mark.ts";

/** Takes blocks in their order. */
export interface BlockSink {
  open(index: number, block: JsonObject): void;
  /** In the words of `content_block_delta`. */
  add(index: number, delta: JsonObject): void;
  close(index: number): void;
}

interface ComposedCall {
  readonly id: string;
  name: string;
  /** Said while another block was open. As long as the upstream's answer lets it be. */
  held: string;
  isOver: boolean;
}

const empty = {
  text: { type: "text", text: "" },
  thinking: { type: "thinking", thinking: "", signature: "" },
} as const;

/** `proven`: a thought that has its proof, or is nothing else. */
type Open = "text" | "thinking" | "proven" | ComposedCall;

/** As Anthropic's own: `msg_…`, `toolu_…`. */
export function newId(kind: "msg" | "toolu"): string {
  return `${kind}_${randomUUID().replaceAll("-", "")}`;
}

export class BlockSequence {
  readonly #sink: BlockSink;
  /** In the order they began. */
  readonly #calls: ComposedCall[] = [];
  /** The call that began there last; `undefined`: the vendor runs it. */
  readonly #byChannel = new Map<string, ComposedCall | undefined>();
  #index = -1;
  #open: Open | undefined = undefined;

  constructor(sink: BlockSink) {
    this.#sink = sink;
  }

  get hasCalls(): boolean {
    return this.#calls.length > 0;
  }

  /** What the vendor runs itself is its own matter. */
  begin({ channel, id, isHosted }: ToolDelta): void {
    const call = isHosted ? undefined : { id: id ?? newId("toolu"), name: "", held: "", isOver: false };
    this.#byChannel.set(channel, call);
    if (call !== undefined) this.#calls.push(call);
  }

  text({ kind, channel, text }: TextDelta): void {
    const call = this.#byChannel.get(channel);
    if (kind === "tool.args") this.#args(call, text);
    else if (kind === "reasoning") this.#say("thinking", { type: "thinking_delta", thinking: text });
    else if (kind === "text" || kind === "refusal") this.#say("text", { type: "text_delta", text });
    else if (kind === "tool.name" && call !== undefined) call.name += text;
  }

  seal({ signature, isRedacted }: SignatureDelta): void {
    if (isRedacted) {
      this.end();
      this.#begin("proven", { type: "redacted_thinking", data: signature });
    } else {
      this.#say("thinking", { type: "signature_delta", signature });
      this.#open = "proven";
    }
    this.#close();
  }

  /** Whatever is open or waits. */
  end(): void {
    for (const call of this.#calls) {
      if (!call.isOver && this.#open !== call) this.#call(call);
    }
    this.#close();
  }

  /** Calls wait for those before them: some vendors say several at a time. */
  #args(call: ComposedCall | undefined, text: string): void {
    if (call === undefined || call.isOver) return;
    if (this.#open !== call && this.#calls.find(({ isOver }) => !isOver) === call) this.#call(call);
    if (this.#open === call) this.#partial(text);
    else call.held += text;
  }

  #call(call: ComposedCall): void {
    const { id, name, held } = call;
    this.#begin(call, { type: "tool_use", id, name, input: {} });
    call.held = "";
    if (held !== "") this.#partial(held);
  }

  #partial(text: string): void {
    this.#sink.add(this.#index, { type: "input_json_delta", partial_json: text });
  }

  #say(kind: "text" | "thinking", delta: JsonObject): void {
    if (this.#open !== kind) {
      this.end();
      this.#begin(kind, { ...empty[kind] });
    }
    this.#sink.add(this.#index, delta);
  }

  #begin(open: Open, block: JsonObject): void {
    this.#close();
    this.#open = open;
    this.#index++;
    this.#sink.open(this.#index, block);
  }

  #close(): void {
    if (this.#open === undefined) return;
    if (this.#open === "thinking")
      this.#sink.add(this.#index, { type: "signature_delta", signature: unproven });
    if (typeof this.#open === "object") this.#open.isOver = true;
    this.#open = undefined;
    this.#sink.close(this.#index);
  }
}
