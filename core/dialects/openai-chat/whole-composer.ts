// Owns writing an answer as one chat completion, out of what another vendor's says. Knows no vendor but
// OpenAI.

import { randomUUID } from "node:crypto";
import type { Composer } from "../../contracts/dialect.ts";
import type { Delta, TextDelta, Usage } from "../../contracts/frame.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { type ComposedCall, ComposedChoice, ComposedChoices, isNewText } from "./composed-choice.ts";
import { writeImage } from "./data-url.ts";
import { writeUsage } from "./usage.ts";

/** As long as the upstream's answer, whose length is bounded where it is read. */
class Choice extends ComposedChoice {
  readonly texts: Record<"text" | "reasoning" | "refusal", string> = { text: "", reasoning: "", refusal: "" };
  readonly images: JsonObject[] = [];
}

export class WholeComposer implements Composer {
  readonly headers = { "content-type": "application/json" };
  readonly #model: string;
  readonly #choices = new ComposedChoices((index) => new Choice(index));
  #id: string | undefined = undefined;
  #usage: Usage | undefined = undefined;

  constructor(model: string) {
    this.#model = model;
  }

  add(deltas: readonly Delta[]): Buffer {
    for (const delta of deltas) this.#take(delta);
    return Buffer.alloc(0);
  }

  end(): Buffer {
    const completion: JsonObject = {
      id: this.#id ?? `chatcmpl-${randomUUID()}`,
      object: "chat.completion",
      created: Math.floor(Date.now() / 1000),
      model: this.#model,
      choices: this.#choices.all().map(writeChoice),
    };
    if (this.#usage !== undefined) completion.usage = writeUsage(this.#usage);
    return Buffer.from(JSON.stringify(completion));
  }

  #take(delta: Delta): void {
    if (isNewText(delta)) this.#text(delta);
    else if (delta.kind === "start") this.#id ??= delta.id;
    else if (delta.kind === "usage") this.#usage = delta.usage;
    else if (delta.kind === "end") this.#choices.of(delta.channel).stop = delta.stop;
    else if (delta.kind === "tool") this.#choices.of(delta.channel).begin(delta.channel, delta);
    else if (delta.kind === "media") {
      const image = writeImage(delta);
      if (image !== undefined) this.#choices.of(delta.channel).images.push(image);
    }
  }

  #text({ kind, channel, text }: TextDelta): void {
    const choice = this.#choices.of(channel);
    if (kind === "text" || kind === "reasoning" || kind === "refusal") choice.texts[kind] += text;
    else if (kind !== "tool.result") {
      const call = choice.callOn(channel);
      if (call !== undefined) call[kind === "tool.name" ? "name" : "args"] += text;
    }
  }
}

function writeChoice(choice: Choice): JsonObject {
  const { texts, calls, images } = choice;
  const message: JsonObject = { role: "assistant", content: texts.text, refusal: texts.refusal || null };
  if (texts.reasoning !== "") message.reasoning_content = texts.reasoning;
  if (images.length > 0) message.images = images;
  if (calls.length > 0) message.tool_calls = calls.map(writeCall);
  if (texts.text === "" && (calls.length > 0 || texts.refusal !== "")) message.content = null;
  return { index: choice.index, message, logprobs: null, finish_reason: choice.finishReason };
}

function writeCall({ id, name, args }: ComposedCall): JsonObject {
  return { id, type: "function", function: { name, arguments: args === "" ? "{}" : args } };
}
