// Owns the events of a streamed answer of OpenAI's Responses; knows no socket and no script.

import { type Block, blocksOf, type SaidBlock, type ToolBlock } from "../blocks.ts";
import type { Ask, Frame, Reply } from "../dialect.ts";
import { endMark, namedEvent } from "../framing.ts";
import { randomId, seededRandom } from "../prose.ts";
import { endStatus, itemOf, partOf, type ResponseStatus, responseObject } from "./openai-responses-object.ts";

const obfuscationCharactersMax = 16;

/** Every event has its number in the answer. */
export class ResponseEvents {
  readonly #ask: Ask;
  readonly #reply: Reply;
  readonly #frames: Frame[] = [];
  readonly #random = seededRandom(0);

  constructor(ask: Ask, reply: Reply) {
    this.#ask = ask;
    this.#reply = reply;
  }

  write(): Frame[] {
    const isQueued = this.#ask.keeps === "in-background";
    this.#state("response.created", isQueued ? "queued" : "in_progress");
    if (isQueued) this.#state("response.queued", "queued");
    this.#state("response.in_progress", "in_progress");
    for (const [index, block] of blocksOf(this.#reply.choices[0]?.pieces ?? []).entries()) {
      this.#item(block, index);
    }
    const status = endStatus(this.#reply);
    this.#state(`response.${status}`, status);
    const last = this.#frames.pop();
    return last === undefined ? [] : [...this.#frames, endMark(last)];
  }

  #state(type: string, status: ResponseStatus): void {
    this.#event(type, { response: responseObject(this.#ask, this.#reply, status) });
  }

  #item(block: Block, index: number): void {
    const id = `${this.#reply.id}${index}`;
    const place = { output_index: index };
    const opened = itemOf(block, id, "in_progress");
    // The opening of a call carries its name, which is a token.
    this.#event("response.output_item.added", { ...place, item: opened }, block.kind === "tool" ? 1 : 0);
    const within = { item_id: opened.id, ...place };
    if (block.kind === "tool") this.#arguments(block, within);
    else this.#part(block, within);
    this.#event("response.output_item.done", { ...place, item: itemOf(block, id, "completed") });
  }

  #arguments({ parts, name }: ToolBlock, within: object): void {
    for (const delta of parts) this.#delta("response.function_call_arguments.delta", { ...within, delta });
    this.#event("response.function_call_arguments.done", { ...within, name, arguments: parts.join("") });
  }

  #part({ kind, parts }: SaidBlock, within: object): void {
    const isThought = kind === "reasoning";
    const place = { ...within, ...(isThought ? { summary_index: 0 } : { content_index: 0 }) };
    const partType = isThought ? "response.reasoning_summary_part" : "response.content_part";
    const textType = saidTypes[kind];
    const whole = parts.join("");
    const more = kind === "text" ? { logprobs: [] } : {};
    this.#event(`${partType}.added`, { ...place, part: partOf(kind, "") });
    for (const delta of parts) this.#delta(`${textType}.delta`, { ...place, delta, ...more });
    const said = kind === "refusal" ? { refusal: whole } : { text: whole };
    this.#event(`${textType}.done`, { ...place, ...said, ...more });
    this.#event(`${partType}.done`, { ...place, part: partOf(kind, whole) });
  }

  #delta(type: string, said: object): void {
    const length = Math.ceil(this.#random() * obfuscationCharactersMax);
    const hidden = this.#reply.isObfuscated ? { obfuscation: randomId(this.#random, length) } : {};
    this.#event(type, { ...said, ...hidden }, 1);
  }

  #event(type: string, said: object, tokens = 0): void {
    const payload = { type, sequence_number: this.#frames.length, ...said, ...this.#reply.extra };
    this.#frames.push(namedEvent(type, JSON.stringify(payload), tokens));
  }
}

const saidTypes: Readonly<Record<SaidBlock["kind"], string>> = {
  reasoning: "response.reasoning_summary_text",
  text: "response.output_text",
  refusal: "response.refusal",
};
