// Owns what an agent did, as steps that can be compared: its tool calls and the errors they gave. Keeps hashes
// only.

import { createHash } from "node:crypto";
import type { Conversation, Part, ToolResultPart } from "../../contracts/conversation.ts";
import type { JsonValue } from "../../contracts/json.ts";
import { readJson } from "../../text/json.ts";

export interface Step {
  readonly tool: string;
  /** Of the tool's name and its arguments, whatever their order and spacing. */
  readonly hash: string;
}

export interface History {
  readonly steps: readonly Step[];
  /** Of the last results that were errors, digits left out; empty where the last was none. */
  readonly errors: readonly string[];
}

/** Looked back at most: more repeats than any policy may ask for. */
export const lookedBack = 256;

/** Since a person last said something: who asks for the same again gets the same again. */
export function historyOf({ messages }: Conversation): History {
  const steps: Step[] = [];
  const errors: string[] = [];
  let isErring = true;
  for (let at = messages.length - 1; at >= 0 && steps.length < lookedBack; at--) {
    const { role, parts = [] } = messages[at] ?? {};
    if (role === "user" && parts.some(isSaid)) break;
    for (const part of parts.toReversed()) {
      if (part.kind === "tool_call") steps.push(stepOf(part.name, part.args));
      if (part.kind !== "tool_result" || !isErring) continue;
      const error = errorIn(part);
      if (error === undefined) isErring = false;
      else errors.push(error);
    }
  }
  return { steps: steps.reverse(), errors };
}

export function stepOf(tool: string, args: string): Step {
  return { tool, hash: digest(`${tool}\n${canonical(args)}`) };
}

function isSaid(part: Part): boolean {
  return part.kind === "text" || part.kind === "media";
}

/** Undefined: it is none, as far as anybody can tell. */
function errorIn({ content, isError }: ToolResultPart): string | undefined {
  const text = content.map((part) => (part.kind === "text" ? part.text : "")).join("\n");
  const looksLikeOne = isError || /^\s*(\{\s*"error"|error\b|exception\b|traceback\b|failed\b)/i.test(text);
  return looksLikeOne ? digest(text.replace(/\d+/g, "0").trim()) : undefined;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

/** JSON with its keys in order; what is no JSON stays as it is, but for its ends. */
function canonical(args: string): string {
  const value = parse(args);
  return value === undefined ? args.trim() : JSON.stringify(sorted(value));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}

function parse(text: string): JsonValue | undefined {
  const reading = readJson(Buffer.from(text));
  return reading.kind === "problem" ? undefined : reading.value;
}
