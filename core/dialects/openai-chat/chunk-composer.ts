// Owns writing an answer as chat completion chunks, out of what another vendor's says. Knows no vendor but
// OpenAI.

import { randomUUID } from "node:crypto";
import type { Composer } from "../../contracts/dialect.ts";
import type { Delta, MediaDelta, TextDelta, Usage } from "../../contracts/frame.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { writeEvent } from "../../text/sse-event.ts";
import { type ComposedCall, ComposedChoice, ComposedChoices, isNewText } from "./composed-choice.ts";
import { writeImage } from "./data-url.ts";
import { writeUsage } from "./usage.ts";

class Choice extends ComposedChoice {
  hasBegun = false;
}

export class ChunkComposer implements Composer {
  readonly headers = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };
  readonly #model: string;
  readonly #created = Math.floor(Date.now() / 1000);
  readonly #choices = new ComposedChoices((index) => new Choice(index));
  #id: string | undefined = undefined;
  #usage: Usage | undefined = undefined;

  constructor(model: string) {
    this.#model = model;
  }

  add(deltas: readonly Delta[]): Buffer {
    return Buffer.concat(deltas.map((delta) => this.#say(delta)));
  }

  /** The end of a choice is said here, so that nobody takes a call for whole whose answer was cut off. */
  end(): Buffer {
    const events = this.#choices.all().flatMap((choice) => this.#endOf(choice));
    if (this.#usage !== undefined) {
      events.push(writeEvent({ ...this.#shell(), choices: [], usage: writeUsage(this.#usage) }));
    }
    return Buffer.concat([...events, Buffer.from("data: [DONE]\n\n")]);
  }

  #say(delta: Delta): Buffer {
    if (isNewText(delta)) return this.#text(delta);
    switch (delta.kind) {
      case "start":
        this.#id ??= delta.id;
        return nothing;
      case "usage":
        this.#usage = delta.usage;
        return nothing;
      case "end":
        this.#choices.of(delta.channel).stop = delta.stop;
        return nothing;
      case "tool":
        this.#choices.of(delta.channel).begin(delta.channel, delta);
        return nothing;
      case "media":
        return this.#image(delta);
      default:
        return nothing;
    }
  }

  #text({ kind, channel, text }: TextDelta): Buffer {
    const choice = this.#choices.of(channel);
    switch (kind) {
      case "text":
        return this.#chunk(choice, { content: text });
      case "reasoning":
        return this.#chunk(choice, { reasoning_content: text });
      case "refusal":
        return this.#chunk(choice, { refusal: text });
      case "tool.name":
        return this.#called(choice, channel, { name: text });
      case "tool.args":
        return this.#called(choice, channel, { arguments: text });
      default:
        return nothing;
    }
  }

  #called(choice: Choice, channel: string, said: { name?: string; arguments?: string }): Buffer {
    const call = choice.callOn(channel);
    if (call === undefined) return nothing;
    const chunk = this.#chunk(choice, { tool_calls: [piece(call, said)] });
    call.name ||= said.name ?? "";
    call.args ||= said.arguments ?? "";
    return chunk;
  }

  /** Arguments that were never said are none, in JSON. */
  #endOf(choice: Choice): readonly Buffer[] {
    const bare = choice.calls.filter(({ name, args }) => name !== "" && args === "");
    const pieces = bare.map((call) => piece(call, { arguments: "{}" }));
    const none = pieces.length === 0 ? [] : [this.#chunk(choice, { tool_calls: pieces })];
    return [...none, this.#chunk(choice, {}, choice.finishReason)];
  }

  #image(media: MediaDelta): Buffer {
    const image = writeImage(media);
    return image === undefined ? nothing : this.#chunk(this.#choices.of(media.channel), { images: [image] });
  }

  #chunk(choice: Choice, said: JsonObject, reason: string | null = null): Buffer {
    const delta = choice.hasBegun ? said : { role: "assistant", content: null, ...said };
    choice.hasBegun = true;
    const choices = [{ index: choice.index, delta, logprobs: null, finish_reason: reason }];
    return writeEvent({ ...this.#shell(), choices });
  }

  #shell(): JsonObject {
    this.#id ??= `chatcmpl-${randomUUID()}`;
    return { id: this.#id, object: "chat.completion.chunk", created: this.#created, model: this.#model };
  }
}

const nothing = Buffer.alloc(0);

/** The first one names the call, with its id. */
function piece({ index, id, name, args }: ComposedCall, said: JsonObject): JsonObject {
  if (name !== "" || args !== "") return { index, function: said };
  return { index, id, type: "function", function: { name: "", arguments: "", ...said } };
}
