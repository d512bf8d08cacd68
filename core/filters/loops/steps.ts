// Owns what an agent did, as steps that can be compared: calls of tools and what came of them. Keeps hashes
// only.

import { createHash } from "node:crypto";
import type { Conversation, MediaPart, Message, Part, ToolResultPart } from "../../contracts/conversation.ts";
import type { JsonValue } from "../../contracts/json.ts";
import { readJson } from "../../text/json.ts";

export interface ToolCall {
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly args: string;
}

export interface Step {
  /** The one called last. */
  readonly tool: string | undefined;
  /** Of the calls made at once, whatever the order and spacing of their arguments, and of their results. */
  readonly hash: string;
}

export interface History {
  readonly steps: readonly Step[];
  /** Of the last results that were errors, newest first, digits left out; empty where the last was none. */
  readonly errors: readonly string[];
}

/** Looked back at most: more repeats than any policy may ask for. */
export const lookedBack = 256;
/** Of one text or picture; longer ones are compared by so much of them, their end and their length. */
const comparedCharsMax = 64 * 1024;
const comparedTailChars = 1_024;

/** Since a person last said something: who asks for the same again gets the same again. */
export function historyOf({ messages }: Conversation): History {
  const since = messages.findLastIndex(isPersons) + 1;
  const parts = messages.slice(since).flatMap((message) => message.parts);
  const turns = turnsIn(parts).slice(-lookedBack);
  return { steps: turns.map(({ calls, results }) => stepOf(calls, results)), errors: errorsIn(parts) };
}

/** Results that the call brings in, which nobody has answered yet. */
export function newResults({ messages }: Conversation): readonly ToolResultPart[] {
  const since = messages.findLastIndex(({ role }) => role === "assistant") + 1;
  return messages.slice(since).flatMap(({ parts }) => parts.filter((part) => part.kind === "tool_result"));
}

/** The run of errors with these results at its end, newest first. */
export function errorsAfter(
  before: readonly string[],
  results: readonly ToolResultPart[],
): readonly string[] {
  const errors = errorsIn(results);
  return errors.length < results.length ? errors : [...errors, ...before].slice(0, lookedBack);
}

export function stepOf(calls: readonly ToolCall[], results: readonly ToolResultPart[]): Step {
  const made = calls.map(({ name, args }) =>
    digest(`${name}\n${canonical(args.slice(0, comparedCharsMax))}`),
  );
  const given = results.map(({ content }) => digest(content.map(comparable).join("\n")));
  return { tool: calls.at(-1)?.name, hash: digest(`${made.join()};${given.join()}`) };
}

interface Turn {
  readonly calls: ToolCall[];
  readonly results: ToolResultPart[];
}

/** What a model asks for before it hears of any result is one step. */
function turnsIn(parts: readonly Part[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const part of parts) {
    const last = turns.at(-1);
    if (part.kind === "tool_result") last?.results.push(part);
    if (part.kind !== "tool_call") continue;
    if (last === undefined || last.results.length > 0) turns.push({ calls: [part], results: [] });
    else last.calls.push(part);
  }
  return turns;
}

/** Words beside a tool's results are the agent's own. */
function isPersons({ role, parts }: Message): boolean {
  const isSaid = parts.some(({ kind }) => kind === "text" || kind === "media");
  return role === "user" && isSaid && !parts.some(({ kind }) => kind === "tool_result");
}

/** The run of errors at the end, newest first. */
function errorsIn(parts: readonly Part[]): readonly string[] {
  const errors: string[] = [];
  for (const part of parts.toReversed()) {
    if (part.kind !== "tool_result") continue;
    const error = errorIn(part);
    if (error === undefined || errors.length === lookedBack) break;
    errors.push(error);
  }
  return errors;
}

/** Undefined: it is none, as far as anybody can tell. */
function errorIn({ content, isError }: ToolResultPart): string | undefined {
  const text = content.map((part) => (part.kind === "text" ? comparable(part) : "")).join("\n");
  const looksLikeOne = isError || /^\s*(\{\s*"error"|error\b|exception\b|traceback\b|failed\b)/i.test(text);
  return looksLikeOne ? digest(text.replace(/\d+/g, "0").trim()) : undefined;
}

function comparable(part: ToolResultPart["content"][number]): string {
  const text = part.kind === "text" ? part.text : named(part);
  if (text.length <= comparedCharsMax) return text;
  return `${text.length}:${text.slice(0, comparedCharsMax)}${text.slice(-comparedTailChars)}`;
}

function named({ source }: MediaPart): string {
  switch (source.kind) {
    case "base64":
      return source.data;
    case "url":
      return source.url;
    case "id":
      return source.id;
  }
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
