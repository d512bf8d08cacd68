// Owns what a prompt costs; knows no format.

import { type Members, membersOf } from "./json-value.ts";
import { countTokens } from "./tokens.ts";

/** A conversation as its cost sees it. */
export interface Turn {
  /** `user`, `assistant`, `tool`, … */
  readonly role: string;
  readonly texts: readonly string[];
  /** Images and files. */
  readonly media: number;
  /** Tool calls, results and all else that is counted as its JSON. */
  readonly structures: readonly unknown[];
}

export interface Prompt {
  readonly turns: readonly Turn[];
  /** Definitions of tools; undefined: none. */
  readonly tools?: unknown;
}

// Added to the words: each message's own frame, and the opening of the answer; an image at low detail.
const messageTokens = 4;
const openingTokens = 3;
const imageTokens = 85;

/** The words of all turns and the JSON of tools and tool calls, and a fixed cost for each turn. */
export function countPrompt({ turns, tools }: Prompt): number {
  return turns.reduce((sum, turn) => sum + countTurn(turn), openingTokens + countJson(tools));
}

/** What a person said last. */
export function lastText(turns: readonly Turn[]): string {
  const last = turns.findLast(({ role, texts }) => role === "user" && texts.length > 0);
  return last?.texts.join("\n") ?? "";
}

/** Sorts the parts of a message: those with a text, those that are media, and all others. */
export function readTurn(role: string, parts: readonly unknown[], isMedia: (part: Members) => boolean): Turn {
  const read = parts.map((part) => (typeof part === "string" ? { text: part } : membersOf(part)));
  const others = read.filter(({ text }) => typeof text !== "string");
  return {
    role,
    texts: read.flatMap(({ text }) => (typeof text === "string" ? [text] : [])),
    media: others.filter(isMedia).length,
    structures: others.filter((part) => !isMedia(part)),
  };
}

function countTurn({ texts, media, structures }: Turn): number {
  const words = texts.reduce((sum, text) => sum + countTokens(text), 0);
  const json = structures.reduce<number>((sum, value) => sum + countJson(value), 0);
  return messageTokens + words + media * imageTokens + json;
}

function countJson(value: unknown): number {
  return value === undefined ? 0 : countTokens(JSON.stringify(value));
}
