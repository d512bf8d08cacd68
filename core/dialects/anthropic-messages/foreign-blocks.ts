// Owns taking out of a request in blocks what models of other vendors thought: no Claude believes it without
// a proof of its own. Must not know how a block is written.

import type { JsonValue } from "../../contracts/json.ts";
import { asText, isObject, type JsonObject } from "../../text/json.ts";
import { keepElements, splice } from "../../text/splice.ts";

/** `thought`: with a proof, whoever gave it. `foreign`: marked as another vendor's, or nobody's. */
export type BlockKind = "thought" | "foreign" | "call" | "result" | "other";

/** How a request writes blocks, and where. */
export interface BlockRequest {
  readonly messages: JsonValue | undefined;
  /** RFC 6901 pointer into the body, to `messages`. */
  readonly place: string;
  kindOf(block: JsonObject): BlockKind;
  /** Takes the place of all that a message said, where nothing of it stays: a message cannot be empty. */
  readonly silence: JsonObject;
  /** Where it is said how Claude is to think. */
  readonly fields: JsonValue | undefined;
  readonly fieldsPlace: string;
}

interface Spoken {
  readonly isModel: boolean;
  readonly kinds: readonly BlockKind[];
}

/** Everything else stays byte for byte. */
export function withoutForeignThoughts(body: Buffer, request: BlockRequest): Buffer {
  const { place, silence } = request;
  const spoken = kindsIn(request);
  const lists = new Map<string, readonly boolean[]>();
  const edits = new Map<string, JsonValue>();
  for (const [at, { kinds }] of spoken.entries()) {
    const stay = kinds.map((kind) => kind !== "foreign");
    if (!stay.includes(false)) continue;
    if (stay.includes(true)) lists.set(`${place}/${at}/content`, stay);
    else edits.set(`${place}/${at}/content`, [silence]);
  }
  if (isOpenTurnUnproven(spoken))
    for (const [pointer, value] of noThinking(request)) edits.set(pointer, value);
  return splice(keepElements(body, lists), edits);
}

function kindsIn({ messages, kindOf }: BlockRequest): readonly Spoken[] {
  if (!Array.isArray(messages)) return [];
  return messages.map((message): Spoken => {
    const { role, content } = isObject(message) ? message : {};
    const blocks = Array.isArray(content) ? content : [];
    const kinds = blocks.map((block) => (isObject(block) ? kindOf(block) : "other"));
    return { isModel: role === "assistant", kinds };
  });
}

/**
 * Whether a call, since somebody last spoke who is no tool, has lost the thought before it: Claude refuses to
 * go on thinking there by a budget.
 */
function isOpenTurnUnproven(spoken: readonly Spoken[]): boolean {
  const asked = spoken.findLastIndex(({ isModel, kinds }) => !isModel && !kinds.includes("result"));
  return spoken.slice(asked + 1).some(({ kinds }) => {
    const [first] = kinds.filter((kind) => kind !== "foreign");
    return kinds.includes("foreign") && kinds.includes("call") && first !== "thought";
  });
}

/** How much to think is a wish. What clears thoughts away is refused where there are none. */
function noThinking({ fields, fieldsPlace }: BlockRequest): readonly (readonly [string, JsonValue])[] {
  const { thinking, context_management: management } = isObject(fields) ? fields : {};
  if (!isObject(thinking) || thinking.type !== "enabled") return [];
  const off = [`${fieldsPlace}/thinking`, { type: "disabled" }] as const;
  const edits = isObject(management) && Array.isArray(management.edits) ? management.edits : [];
  const kept = edits.filter((edit) => !(isObject(edit) && asText(edit.type).startsWith("clear_thinking")));
  return kept.length === edits.length ? [off] : [off, [`${fieldsPlace}/context_management/edits`, kept]];
}
