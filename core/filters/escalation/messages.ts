// Owns what was said in a request: the messages of people and agents, as the guards left them. Bounded.
// Knows no signal.

import type { Call, CallText } from "../../contracts/dialect.ts";
import type { EscalationContext, EscalationMessage } from "../../contracts/escalation.ts";
import { compilePointer, valueAt } from "../../text/pointer.ts";

/** Looked at, the last ones. */
const textsMax = 400;
const messagesMax = 20;
const messageCharsMax = 8_192;
const contextCharsMax = 65_536;
/** COMPATIBILITY: truncation ends in `...`. */
const ellipsis = "...";

const said: ReadonlySet<string> = new Set(["user", "assistant", "model", "agent", "human", "bot", "ai"]);
const people: ReadonlySet<string> = new Set(["user", "human"]);

/** Where bodies say it, for agents whose policy does not: else any text of the body may be an id. */
const usualNames = /\/(prompt|input|message|query|question|text|content|parts|messages)(\/[^/]*){0,3}$/;

/** The last thing that a person said; undefined: nobody said anything. */
export function lastMessage(call: Call): string | undefined {
  const last = lastOf(spoken(call));
  return last === undefined ? undefined : textOf(call, last.text);
}

interface Spoken {
  readonly role: string;
  readonly text: CallText;
}

function spoken(call: Call): readonly Spoken[] {
  const texts = call.texts.slice(-textsMax).filter(isWords);
  return texts.map((text) => ({ role: roleOf(call, text), text })).filter(({ role }) => said.has(role));
}

/** Whose a message is stands beside it, and is none. */
function isWords({ kind, pointer }: CallText): boolean {
  return kind === "text" && !pointer.endsWith("/role");
}

function lastOf(all: readonly Spoken[]): Spoken | undefined {
  const peoples = all.filter(({ role }) => people.has(role));
  return peoples.findLast(({ text }) => usualNames.test(text.pointer)) ?? peoples.at(-1);
}

export function messagesOf(call: Call | undefined, context: EscalationContext): readonly EscalationMessage[] {
  if (call === undefined || context === "none") return [];
  const all = spoken(call);
  const wanted = context === "conversation" ? all.slice(-messagesMax) : [lastOf(all)];
  let left = contextCharsMax;
  const kept: EscalationMessage[] = [];
  for (const one of wanted.toReversed()) {
    if (one === undefined || left <= 0) continue;
    const text = bounded(textOf(call, one.text), Math.min(messageCharsMax, left));
    left -= text.length;
    kept.push({ role: one.role, text });
  }
  return kept.reverse();
}

/** What the guards put in its place, where they did. */
function textOf({ edits }: Call, { pointer, text }: CallText): string {
  const edited = edits.get(pointer);
  return typeof edited === "string" ? edited : text;
}

/**
 * In an agent's own API every text is the user's, but where a list of messages says whose it is beside it:
 * `/messages/3/content` and `/messages/3/role`.
 */
function roleOf({ value }: Call, { pointer, role }: CallText): string {
  if (role !== "user") return role;
  const parent = pointer.slice(0, Math.max(0, pointer.lastIndexOf("/")));
  for (const place of [parent, parent.replace(/\/[^/]*\/[0-9]+$/, "")]) {
    const compiled = compilePointer(`${place}/role`);
    const stated = compiled === undefined ? undefined : valueAt(value, compiled);
    if (typeof stated === "string") return stated.toLowerCase().slice(0, 32);
  }
  return role;
}

function bounded(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text.toWellFormed();
  return text.slice(0, Math.max(0, charsMax - ellipsis.length)).toWellFormed() + ellipsis;
}
