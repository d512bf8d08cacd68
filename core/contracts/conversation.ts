// Owns what is asked of a model, free of any vendor's format: the hub that calls are translated through.
// Knows no bytes.

import type { JsonObject } from "./json.ts";

/** `developer` is OpenAI's later word for `system`; vendors that know one of them take both for it. */
export type Role = "system" | "developer" | "user" | "assistant";

export interface TextPart {
  readonly kind: "text";
  readonly text: string;
}
/** An image, a sound, a document: bytes in base64, a URL, or a file the vendor holds. */
export interface MediaPart {
  readonly kind: "media";
  readonly type: "image" | "audio" | "video" | "file";
  /** `image/png`; undefined where the vendor finds out itself. */
  readonly mediaType: string | undefined;
  readonly source:
    | { readonly kind: "base64"; readonly data: string }
    | { readonly kind: "url"; readonly url: string }
    | { readonly kind: "id"; readonly id: string };
  readonly name: string | undefined;
}
/** A call the model made. `args` is the JSON text as the model wrote it, empty for none. */
export interface ToolCallPart {
  readonly kind: "tool_call";
  readonly id: string;
  readonly name: string;
  readonly args: string;
}
export interface ToolResultPart {
  readonly kind: "tool_result";
  readonly id: string;
  /** Where the vendor names the tool beside the call; Gemini does. */
  readonly name: string | undefined;
  readonly content: readonly (TextPart | MediaPart)[];
  readonly isError: boolean;
}
/** Who proves what a model thought: nobody else can read the proof, and others refuse calls that hold it. */
export type Prover = "anthropic" | "openai";

/** What the model thought, with the vendor's proof that it did: good only for the vendor that gave it. */
export interface ReasoningPart {
  readonly kind: "reasoning";
  readonly text: string;
  readonly signature: string | undefined;
  /** The text is withheld and `signature` holds it encrypted. */
  readonly isRedacted: boolean;
}
export interface RefusalPart {
  readonly kind: "refusal";
  readonly text: string;
}
export type Part = TextPart | MediaPart | ToolCallPart | ToolResultPart | ReasoningPart | RefusalPart;

/** Tool results stand in `user` messages, in the order they were given. */
export interface Message {
  readonly role: Role;
  readonly parts: readonly Part[];
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string | undefined;
  /** JSON Schema of the arguments; undefined: takes none. */
  readonly parameters: JsonObject | undefined;
  readonly isStrict: boolean | undefined;
}

export type ToolChoice =
  | { readonly kind: "auto" | "none" | "required" }
  | { readonly kind: "tool"; readonly name: string };

export type AnswerFormat =
  | { readonly kind: "text" | "json" }
  | {
      readonly kind: "schema";
      readonly name: string | undefined;
      readonly schema: JsonObject;
      readonly isStrict: boolean | undefined;
    };

/** Undefined: the client does not say, so the vendor's default holds. */
export interface Sampling {
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly topK: number | undefined;
  readonly seed: number | undefined;
  readonly presencePenalty: number | undefined;
  readonly frequencyPenalty: number | undefined;
  readonly stop: readonly string[];
}

export interface ReasoningWish {
  /** OpenAI's words. */
  readonly effort: "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | undefined;
  readonly tokensMax: number | undefined;
}

/** Messages in their order, system ones included wherever they stood. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice | undefined;
  readonly allowsParallelToolCalls: boolean | undefined;
  /** For one answer. */
  readonly outputTokensMax: number | undefined;
  readonly sampling: Sampling;
  readonly format: AnswerFormat | undefined;
  readonly reasoning: ReasoningWish | undefined;
  readonly isStream: boolean;
  /**
   * What the call says and a conversation cannot, by the client's own names (`n`, `logit_bias`,
   * `messages.3.audio`): no other vendor can be asked for it. What only describes the call (`metadata`,
   * `user`) is left out of both.
   */
  readonly extras: readonly string[];
}

/** A vendor has no word for this: the name of the field as the hub knows it, `tools.0.strict`. */
export interface Uncarried {
  readonly kind: "uncarried";
  readonly field: string;
}

export const noSampling: Sampling = Object.freeze({
  temperature: undefined,
  topP: undefined,
  topK: undefined,
  seed: undefined,
  presencePenalty: undefined,
  frequencyPenalty: undefined,
  stop: [],
});
