// Owns the tool calls in a Gemini answer: whole, streamed piece by piece, or run by Google itself. Must not
// know what else a part says.

import type { JsonObject } from "../../text/json.ts";
import type { PlacedText } from "../placed-text.ts";
import { PartialArgs } from "./partial-args.ts";
import { below, indexMax, type Saying, type Spot } from "./saying.ts";

/** A piece of a call's arguments: one value, and `before` and `after` what JSON needs around it. */
export interface PartialText extends PlacedText {
  readonly before: string;
  readonly after: string;
}

/** `spot`: of the part. */
export function sayCalls(part: JsonObject, spot: Spot, saying: Saying): void {
  const call = saying.node(part.functionCall);
  if (call !== undefined) sayCall(call, below(spot, "functionCall"), saying);
  sayHosted(part, spot, saying);
}

/**
 * Vertex AI may stream one: its name, then pieces of its arguments, then one that is empty. What comes with
 * its arguments, or with nothing to follow, is whole.
 */
function sayCall(call: JsonObject, spot: Spot, saying: Saying): void {
  const { candidate } = spot;
  const isNew = typeof call.name === "string" && call.name !== "";
  if (isNew) {
    closeCall(spot, saying);
    candidate.hasCalled = true;
    const channel = announce({ call, name: "name", isHosted: false }, spot, saying);
    candidate.open = { channel, args: new PartialArgs() };
  }
  if (candidate.open === undefined) return;
  const { channel, args } = candidate.open;
  if (call.args !== undefined) saying.object("tool.args", { ...below(spot, "args"), channel });
  for (const [at, piece] of saying.nodes(call.partialArgs).entries()) {
    sayPiece({ args, piece }, { ...below(spot, `partialArgs/${at}`), channel }, saying);
  }
  if (call.willContinue === true) return;
  if (isNew && call.partialArgs === undefined) candidate.open = undefined;
  else closeCall(spot, saying);
}

interface Announced {
  readonly call: JsonObject;
  /** The member that names the tool; undefined where none does. */
  readonly name: string | undefined;
  readonly isHosted: boolean;
}

/** The call's own channel, after its id and name were said there. */
function announce({ call, name, isHosted }: Announced, spot: Spot, saying: Saying): string {
  const { candidate } = spot;
  if (candidate.tools >= indexMax) saying.isWellFormed = false;
  const channel = `${spot.channel}/tool/${candidate.tools++}`;
  const id = typeof call.id === "string" && call.id !== "" ? call.id : undefined;
  saying.deltas.push({ kind: "tool", channel, id, isHosted });
  if (name !== undefined) saying.text("tool.name", call[name], { ...below(spot, name), channel });
  if (isHosted) candidate.hosted = channel;
  return channel;
}

function sayPiece(
  { args, piece }: { readonly args: PartialArgs; readonly piece: JsonObject },
  { pointer, channel }: Spot,
  saying: Saying,
): void {
  const added = args.add(piece);
  if (added === undefined) {
    saying.isWellFormed = false;
    return;
  }
  const { member, before, value, after } = added;
  const text = before + value + after;
  if (text === "") return;
  const said: PartialText = {
    ...{ kind: "tool.args", channel, text, mode: "append", pointer: `${pointer}/${member}` },
    ...{ before, after, isBound: true },
  };
  saying.placed(said);
}

/** What closes the arguments' JSON stands nowhere in the answer's. */
export function closeCall({ candidate }: Spot, saying: Saying): void {
  const { open } = candidate;
  if (open === undefined) return;
  candidate.open = undefined;
  const text = open.args.close();
  saying.deltas.push({ kind: "tool.args", channel: open.channel, text, mode: "append", isBound: true });
}

/** Code and its output, searches and what they found. A result belongs to the tool that was run last. */
function sayHosted(part: JsonObject, spot: Spot, saying: Saying): void {
  const call = saying.node(part.toolCall);
  if (call !== undefined) {
    const place = below(spot, "toolCall");
    const channel = announce({ call, name: "toolType", isHosted: true }, place, saying);
    saying.object("tool.args", { ...below(place, "args"), channel });
  }
  const code = saying.node(part.executableCode);
  if (code !== undefined) {
    const place = below(spot, "executableCode");
    const channel = announce({ call: code, name: undefined, isHosted: true }, place, saying);
    saying.text("tool.args", code.code, { ...below(place, "code"), channel });
  }
  const channel = spot.candidate.hosted ?? `${spot.channel}/tool`;
  const [response, result] = [saying.node(part.toolResponse), saying.node(part.codeExecutionResult)];
  if (response !== undefined) {
    saying.object("tool.result", { ...below(spot, "toolResponse/response"), channel });
  }
  if (result !== undefined) {
    saying.text("tool.result", result.output, { ...below(spot, "codeExecutionResult/output"), channel });
  }
}
