// Owns what a legacy completion, whole or a chunk of one, says. Must not know how its bytes came.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { type Announced, logprobsAt } from "../openai-chat/deltas.ts";
import { stopOf } from "../openai-chat/stops.ts";
import { readUsage } from "../openai-chat/usage.ts";
import type { PlacedText } from "../placed-text.ts";

/** 16 prompts of 128 choices each: a bound on what one answer keeps open. */
const choicesMax = 2048;

/** `undefined`: not a completion, or one with something else where texts stand. */
export function readDeltas(value: JsonValue, announced: Announced): readonly Delta[] | undefined {
  if (!isObject(value)) return undefined;
  const { choices, error } = value;
  const deltas: Delta[] = [...announced.start(value)];
  if (error !== undefined && error !== null) deltas.push({ kind: "error", status: undefined });
  if (Array.isArray(choices)) {
    for (const [at, choice] of choices.entries()) {
      const said = isObject(choice) ? readChoice(choice, at) : undefined;
      if (said === undefined) return undefined;
      deltas.push(...said);
    }
  } else if (choices !== undefined && choices !== null) return undefined;
  const usage = readUsage(value.usage);
  if (usage !== undefined) deltas.push({ kind: "usage", usage });
  return deltas;
}

function readChoice(choice: JsonObject, at: number): Delta[] | undefined {
  const { index, text, logprobs, finish_reason: reason } = choice;
  const place = index ?? at;
  if (!Number.isSafeInteger(place) || Number(place) < 0 || Number(place) >= choicesMax) return undefined;
  const channel = String(place);
  const deltas: Delta[] = [];
  if (typeof text === "string") {
    const pointer = `/choices/${at}/text`;
    const placed: PlacedText = { kind: "text", channel, text, mode: "append", pointer };
    if (text !== "") deltas.push(placed);
  } else if (text !== undefined && text !== null) return undefined;
  if (isObject(logprobs)) deltas.push(logprobsAt(`/choices/${at}`, channel, logprobs));
  if (typeof reason === "string" && reason !== "") {
    deltas.push({ kind: "end", channel, reason, stop: stopOf(reason) });
  }
  return deltas;
}
