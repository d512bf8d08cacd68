// Owns the pieces of Gemini answers for tests, in each form they come in. Knows no reading.

import type { AnswerHead } from "../../../../core/contracts/dialect.ts";
import { answerHead } from "../answers.ts";
import type { Node } from "./exchanges.ts";

/** One candidate's part of an answer. */
export function piece(parts: readonly Node[], more: Node = {}): Node {
  return { candidates: [{ content: { parts: [...parts], role: "model" }, index: 0, ...more }] };
}

export const usageMetadata = { promptTokenCount: 7, candidatesTokenCount: 3, totalTokenCount: 10 };
export const shell = { modelVersion: "gemini-3", responseId: "r1" };

export const begin: Node = { ...piece([{ text: "Hel" }]), ...shell };
export const finish: Node = { ...piece([{ text: "lo" }], { finishReason: "STOP" }), usageMetadata, ...shell };

/** How the pieces of an answer stand on the wire. */
export interface Form {
  readonly head: AnswerHead;
  /** One chunk a piece; the last of an array brings its bracket. */
  write(pieces: readonly Node[]): string[];
}

export const events: Form = {
  head: answerHead("text/event-stream"),
  write: (pieces) => pieces.map((value) => `data: ${JSON.stringify(value)}\r\n\r\n`),
};

export const array: Form = {
  head: answerHead("application/json; charset=UTF-8"),
  write: (pieces) => [
    ...pieces.map((value, at) => (at === 0 ? "[" : ",\r\n") + JSON.stringify(value)),
    pieces.length === 0 ? "[]" : "]",
  ],
};

export const whole: Form = {
  head: answerHead("application/json; charset=UTF-8"),
  write: (pieces) => pieces.map((value) => JSON.stringify(value)),
};

export function bytes(parts: readonly string[]): Buffer[] {
  return parts.map((part) => Buffer.from(part));
}
