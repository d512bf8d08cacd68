// Owns what a line says: a text, and where it is said to come from. Knows no guard.

import { type Stage, stages, type TextSource } from "../../core/contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../core/contracts/json.ts";
import type { Line, LostLine } from "./lines.ts";

/** What a line leaves out. Role and kind: undefined as the stage has them most. */
export interface Surroundings {
  /** Undefined: as the kind of text says, else `edge.request`. */
  readonly stage: Stage | undefined;
  readonly role: string | undefined;
  readonly kind: string | undefined;
}

export interface Row {
  /** The number of its line where it has none. */
  readonly id: JsonValue;
  readonly text: string;
  readonly source: TextSource;
  /** All the line says. */
  readonly fields: JsonObject;
}

export interface BadRow {
  readonly problem: string;
}

/** `kind` of a text on the wire. Data sets use the same word for more; see `placesOfData`. */
export const textKinds = [
  "text",
  "reasoning",
  "refusal",
  "document",
  "tool.definition",
  "tool.args",
  "tool.result",
] as const;

const toolResult: TextSource = { stage: "tool.result", role: "tool", kind: "tool.result" };

/** Where what data sets call such is met on the wire. */
const placesOfData: Readonly<Record<string, TextSource>> = {
  document: { stage: "llm.request", role: "user", kind: "document" },
  "tool.definition": { stage: "llm.request", role: "system", kind: "tool.definition" },
  tool_description: { stage: "llm.request", role: "system", kind: "tool.definition" },
  system_prompt: { stage: "llm.request", role: "system", kind: "text" },
  "tool.args": { stage: "tool.args", role: "assistant", kind: "tool.args" },
  reasoning: { stage: "llm.reasoning", role: "assistant", kind: "reasoning" },
  "tool.result": toolResult,
  tool_output: toolResult,
  indirect: toolResult,
};

const usual: Readonly<Record<Stage, Omit<TextSource, "stage">>> = {
  "edge.request": { role: "user", kind: "text" },
  "edge.answer": { role: "assistant", kind: "text" },
  "llm.request": { role: "user", kind: "text" },
  "llm.answer": { role: "assistant", kind: "text" },
  "llm.reasoning": { role: "assistant", kind: "reasoning" },
  "tool.args": { role: "assistant", kind: "tool.args" },
  "tool.result": { role: "tool", kind: "tool.result" },
};

export function readRow(line: Line | LostLine, around: Surroundings): Row | BadRow {
  const where = `line ${line.number}`;
  if ("problem" in line) return { problem: `${where} ${line.problem}` };
  const fields = parse(line.text);
  if (fields === undefined) return { problem: `${where} is not a JSON object` };
  const { id = line.number, text } = fields;
  const [stage, role, kind] = [fields.stage ?? undefined, fields.role ?? undefined, fields.kind ?? undefined];
  if (typeof text !== "string") return { problem: `${where} has no "text"` };
  if (stage !== undefined && !isStage(stage)) {
    return { problem: `${where}: "stage" is none of ${stages.join(", ")}` };
  }
  if (!isWord(role)) return { problem: `${where}: "role" is not a text` };
  if (!isWord(kind)) return { problem: `${where}: "kind" is not a text` };
  const source = sourceOf({ stage, role, kind }, around);
  return { id, text, source, fields };
}

/** The line beats what is around it; a stage beats the place that its kind has of itself. */
function sourceOf(said: Partial<Surroundings>, around: Surroundings): TextSource {
  const place = placesOfData[said.kind ?? around.kind ?? ""];
  const stage = said.stage ?? around.stage ?? place?.stage ?? "edge.request";
  const fitting = place?.stage === stage ? place : usual[stage];
  const kind = [said.kind, around.kind].find(isTextKind) ?? fitting.kind;
  return { stage, role: said.role ?? around.role ?? fitting.role, kind };
}

function parse(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isStage(value: JsonValue): value is Stage {
  return stages.some((stage) => stage === value);
}

function isWord(value: JsonValue | undefined): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isTextKind(kind: string | undefined): boolean {
  return textKinds.some((known) => known === kind);
}
