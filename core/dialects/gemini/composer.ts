// Owns writing a Gemini answer, streamed or whole, out of what another vendor's says. Knows no vendor but
// Google.

import type { Composer } from "../../contracts/dialect.ts";
import type { Delta, StopReason, TextDelta, Usage } from "../../contracts/frame.ts";
import type { JsonObject } from "../../contracts/json.ts";
import {
  type ComposedCall,
  ComposedChoice,
  ComposedChoices,
  isNewText,
} from "../openai-chat/composed-choice.ts";
import { objectText, withArgs } from "./args.ts";
import { reasonFor } from "./ends.ts";
import { signFirstCall } from "./unsigned-calls.ts";
import { writeUsage } from "./usage.ts";

/** How the pieces stand on the wire; `whole`: all is said at once, at the end. */
export type Form = "events" | "array" | "whole";

/**
 * `parts`: said and not yet written. As long as the upstream's answer, whose length is bounded where it is
 * read.
 */
class Candidate extends ComposedChoice {
  parts: JsonObject[] = [];

  add(part: JsonObject): void {
    const last = this.parts.at(-1);
    const isMore = typeof last?.text === "string" && typeof part.text === "string";
    if (isMore && last.thought === part.thought) last.text += String(part.text);
    else this.parts.push(part);
  }
}

export class GeminiComposer implements Composer {
  readonly headers: Composer["headers"];
  readonly #form: Form;
  readonly #model: string;
  readonly #candidates = new ComposedChoices((index) => new Candidate(index));
  /** Those with parts that are not written yet. */
  readonly #spoken = new Set<Candidate>();
  #id: string | undefined = undefined;
  #usage: Usage | undefined = undefined;
  #hasBegun = false;

  constructor(model: string, form: Form) {
    this.#model = model;
    this.#form = form;
    const type = form === "events" ? "text/event-stream" : "application/json; charset=UTF-8";
    this.headers = { "content-type": type };
  }

  add(deltas: readonly Delta[]): Buffer {
    for (const delta of deltas) this.#take(delta);
    if (this.#form === "whole" || this.#spoken.size === 0) return Buffer.alloc(0);
    const candidates = [...this.#spoken].map((candidate) => {
      const { index, parts } = candidate;
      candidate.parts = [];
      return { content: { parts, role: "model" }, index };
    });
    this.#spoken.clear();
    return this.#piece({ candidates, ...this.#shell() }, new Map());
  }

  /** Calls and ends are said here, so that nobody takes a call for whole whose answer was cut off. */
  end(): Buffer {
    const args = new Map<string, string>();
    const candidates = this.#candidates.all().map((candidate, at) => {
      const { index, parts, calls, stop } = candidate;
      const wholes = calls.map((call) => wholeCall(call, stop)).filter((call) => call !== undefined);
      for (const [nth, whole] of wholes.entries()) {
        args.set(`/candidates/${at}/content/parts/${parts.length + nth}/functionCall/args`, whole.args);
      }
      const isBroken = wholes.length < calls.length && stop !== "length";
      const finishReason = isBroken ? "MALFORMED_FUNCTION_CALL" : reasonFor(stop);
      const said = [...parts, ...wholes.map(({ part }) => part)];
      signFirstCall(said);
      const content = { parts: said.length === 0 ? [{ text: "" }] : said, role: "model" };
      return { content, finishReason, index };
    });
    const usage = this.#usage && { usageMetadata: writeUsage(this.#usage) };
    const last = this.#piece({ candidates, ...usage, ...this.#shell() }, args);
    return this.#form === "array" ? Buffer.concat([last, Buffer.from("]")]) : last;
  }

  #take(delta: Delta): void {
    if (isNewText(delta)) this.#text(delta);
    else if (delta.kind === "start") this.#id ??= delta.id;
    else if (delta.kind === "usage") this.#usage = delta.usage;
    else if (delta.kind === "end") this.#candidates.of(delta.channel).stop = delta.stop;
    else if (delta.kind === "tool") this.#candidates.of(delta.channel).begin(delta.channel, delta);
    else if (delta.kind === "media") {
      const { mediaType: mimeType = "image/png", data, url } = delta;
      if (data !== undefined) this.#say(delta.channel, { inlineData: { mimeType, data } });
      else if (url !== undefined) this.#say(delta.channel, { fileData: { mimeType, fileUri: url } });
    }
  }

  #text({ kind, channel, text }: TextDelta): void {
    if (kind === "text" || kind === "refusal") this.#say(channel, { text });
    else if (kind === "reasoning") this.#say(channel, { text, thought: true });
    else if (kind !== "tool.result") {
      const call = this.#candidates.of(channel).callOn(channel);
      if (call !== undefined) call[kind === "tool.name" ? "name" : "args"] += text;
    }
  }

  #say(channel: string, part: JsonObject): void {
    const candidate = this.#candidates.of(channel);
    candidate.add(part);
    this.#spoken.add(candidate);
  }

  #piece(piece: JsonObject, args: ReadonlyMap<string, string>): Buffer {
    const json = withArgs(piece, args);
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    if (this.#form === "whole") return json;
    if (this.#form === "array") return Buffer.concat([Buffer.from(isFirst ? "[" : ",\r\n"), json]);
    return Buffer.concat([Buffer.from("data: "), json, Buffer.from("\r\n\r\n")]);
  }

  #shell(): JsonObject {
    return { modelVersion: this.#model, ...(this.#id !== undefined && { responseId: this.#id }) };
  }
}

/**
 * `undefined`: it is not whole. Where the answer was cut off, nobody knows whether arguments would have
 * come.
 */
function wholeCall(
  { id, name, args }: ComposedCall,
  stop: StopReason,
): { readonly part: JsonObject; readonly args: string } | undefined {
  const text = stop === "length" && args === "" ? undefined : objectText(args);
  if (text === undefined || name === "") return undefined;
  return { part: { functionCall: { id, name, args: {} } }, args: text };
}
