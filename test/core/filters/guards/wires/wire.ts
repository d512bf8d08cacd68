// Owns what the matrix needs of a vendor's format: how an answer is said in it, and how it is asked for.
// Written by the vendors' own references; knows no dialect's code but its contract.

import type { AnswerHead, Dialect, JsonValue } from "../../../../../core/contracts/dialect.ts";
import { answerHead } from "../../../dialects/answers.ts";

export type Kind = "text" | "reasoning" | "tool.args";

/** One text that a choice says, cut as the model's pieces are; of arguments the value of `query`. */
export interface Say {
  readonly kind: Kind;
  readonly choice: number;
  readonly pieces: readonly string[];
}

/** `escaped`: a model may write any unit of its arguments as an escape. */
export type ArgsForm = "plain" | "escaped";

export interface Wire {
  readonly name: string;
  readonly dialect: Dialect;
  readonly place: "gateway" | "sidecar";
  /** What it can say, streamed or not. */
  readonly kinds: readonly Kind[];
  /** How many choices an answer can have. */
  readonly choicesMax: 1 | 2;
  readonly streamType: string;
  readonly wholeType: string;
  stream(said: readonly Say[], form: ArgsForm): Buffer;
  whole(said: readonly Say[], form: ArgsForm): Buffer;
  readonly asked: Asked;
}

/** A request with a text of each kind in it. */
export interface Asked {
  readonly path: (how: "stream" | "whole") => string;
  readonly body: (texts: AskedTexts, how: "stream" | "whole") => JsonValue;
}

export interface AskedTexts {
  readonly system: string;
  readonly user: string;
  /** Arguments of a call made before, and what it gave. */
  readonly query: string;
  readonly result: string;
}

export function headOf({ streamType, wholeType }: Wire, how: "stream" | "whole"): AnswerHead {
  return answerHead(how === "stream" ? streamType : wholeType);
}

export function textOf({ pieces }: Say): string {
  return pieces.join("");
}

export function find(said: readonly Say[], kind: Kind, choice: number): Say | undefined {
  return said.find((say) => say.kind === kind && say.choice === choice);
}

export function choicesOf(said: readonly Say[]): readonly number[] {
  return [...new Set(said.map(({ choice }) => choice))];
}

/** `{"query":"…"}` in as many pieces, and two more around them. */
export function argsPieces({ pieces }: Say, form: ArgsForm): readonly string[] {
  return ['{"query":"', ...pieces.map((piece) => inString(piece, form)), '","n":12}'];
}

export function argsText(say: Say, form: ArgsForm): string {
  return argsPieces(say, form).join("");
}

function inString(text: string, form: ArgsForm): string {
  if (form === "plain") return JSON.stringify(text).slice(1, -1);
  const asEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.split("").map(asEscape).join("");
}

/** One of each in turn. */
export function interleave<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

export const event = (value: JsonValue, name?: string): string =>
  `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`;

/** The tokens of a text, as log probabilities repeat them. */
export const tokens = (text: string): JsonValue[] => [
  {
    token: text,
    logprob: -0.1,
    bytes: [...Buffer.from(text)],
    top_logprobs: [{ token: text, logprob: -0.1 }],
  },
];
