// Owns the cells of the matrix, and how the word is planted in each. Knows no walk.

import type { GuardAction } from "../../../../core/contracts/guard-spec.ts";
import { word } from "./walks.ts";
import { jsonWires } from "./wires/agents.ts";
import { anthropicWire, converseWire } from "./wires/anthropic.ts";
import { chatWire, completionsWire } from "./wires/chat.ts";
import { geminiWire, ollamaWire } from "./wires/gemini.ts";
import { responsesWire } from "./wires/responses.ts";
import type { ArgsForm, Kind, Say, Wire } from "./wires/wire.ts";

export const wires: readonly Wire[] = [
  ...[chatWire, responsesWire, anthropicWire, geminiWire, converseWire, ollamaWire, completionsWire],
  ...jsonWires,
];
export const actions: readonly GuardAction[] = [
  { kind: "block", message: "Not so." },
  { kind: "redact", with: "marker" },
  { kind: "redact", with: "placeholder" },
  { kind: "flag" },
  { kind: "truncate" },
  { kind: "strip" },
  { kind: "filter" },
  { kind: "repair", hint: "Without it." },
  { kind: "fallback", text: "I cannot say that." },
];

export interface Cell {
  readonly wire: Wire;
  readonly how: "stream" | "whole";
  readonly kind: Kind;
  readonly choices: 1 | 2;
  readonly action: GuardAction;
}

/**
 * How a model's pieces and the network's fall: the word in one, over two, letter by letter; escaped or not.
 */
export interface Fall {
  readonly cut: "one" | "two" | "letters";
  readonly form: ArgsForm;
  readonly isEscaped: boolean;
}
export const falls: readonly Fall[] = [
  { cut: "one", form: "plain", isEscaped: false },
  { cut: "two", form: "escaped", isEscaped: false },
  { cut: "letters", form: "plain", isEscaped: true },
];

export const planted = `Hello there. The code is ${word} today. Bye now.`;
const half = planted.indexOf(word) + 3;
export const plain: Readonly<Record<Kind, string>> = {
  reasoning: "Let me think. It is easy.",
  text: "All is fine. No more.",
  "tool.args": "weather in Paris",
};

function cutText(text: string, { cut }: Fall): readonly string[] {
  if (cut === "one") return [text];
  return cut === "two" ? [text.slice(0, half), text.slice(half)] : text.split("");
}

/** All kinds on all choices; the word in one of them, on the last choice. */
export function saidIn({ wire, kind, choices }: Cell, fall: Fall, text = planted): readonly Say[] {
  const order: readonly Kind[] = ["reasoning", "text", "tool.args"];
  return Array.from({ length: choices }, (_, choice) =>
    order
      .filter((one) => wire.kinds.includes(one))
      .map((one): Say => {
        const isPlanted = one === kind && choice === choices - 1;
        return { kind: one, choice, pieces: cutText(isPlanted ? text : plain[one], fall) };
      }),
  ).flat();
}

/** Letters of the word as the wire's JSON may write them. */
export function onWire({ wire, how }: Cell, fall: Fall, said: readonly Say[]): Buffer {
  const bytes = how === "stream" ? wire.stream(said, fall.form) : wire.whole(said, fall.form);
  const isJson = wire.name !== "plain words" && wire !== converseWire;
  if (!fall.isEscaped || !isJson) return bytes;
  return Buffer.from(bytes.toString().replace(/[ZXQK]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`));
}

/** What does not exist is not here: another choice, or a second try of an agent's own work. */
export function cellsOf(wire: Wire): readonly Cell[] {
  const choices = wire.choicesMax === 2 ? ([1, 2] as const) : ([1] as const);
  return actions
    .filter(({ kind }) => kind !== "repair" || wire.place === "sidecar")
    .flatMap((action) =>
      (["stream", "whole"] as const).flatMap((how) =>
        wire.kinds.flatMap((kind) => choices.map((many) => ({ wire, how, kind, choices: many, action }))),
      ),
    );
}

export function nameOf({ how, kind, choices, action }: Cell): string {
  const named = action.kind === "redact" ? `${action.kind} by ${action.with}` : action.kind;
  return `${named}, ${how}, ${kind}, n = ${choices}`;
}
