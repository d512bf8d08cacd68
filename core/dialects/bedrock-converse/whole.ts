// Owns what a whole Converse answer says. Must not know how its bytes came.

import type { Delta, Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson, refuseAnswer } from "../../text/json.ts";
import { locate } from "../../text/splice.ts";
import { isPlaced, type PlacedText } from "../placed-text.ts";
import { readAdditional } from "./events.ts";
import { blocksMax, Reading, toolChannelAt } from "./reading.ts";

const mediaTypes = ["image", "video", "audio"];
const blockMembers: ReadonlySet<string> = new Set([
  ...["text", "reasoningContent", "toolUse", "citationsContent", "toolResult", ...mediaTypes],
]);

export function readWhole(body: Buffer): readonly Frame[] | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  const deltas = isObject(reading.value) ? readAnswer(reading.value, body) : undefined;
  return deltas === undefined ? refuse("upstream_malformed") : [{ kind: "frame", bytes: body, deltas }];
}

/** `undefined`: not a Converse answer, or one with something else where texts stand. */
export function readAnswer(value: JsonObject, body: Buffer): readonly Delta[] | undefined {
  const reading = new Reading();
  const message = reading.object(reading.object(value.output)?.message);
  if (message === undefined) return undefined;
  reading.start();
  const blocks = reading.objects(message.content);
  if (blocks.length > blocksMax) return undefined;
  let tools = 0;
  for (const [at, block] of blocks.entries()) {
    readBlock(reading, block, { at, tool: toolChannelAt(tools) });
    if (block.toolUse !== undefined) tools++;
  }
  reading.end(value.stopReason);
  reading.usage(value.usage);
  readAdditional(reading, { value, pointer: "" });
  reading.repeated(value.trace, "/trace", "trace");
  return reading.isWellFormed ? withArgs(reading.deltas, body) : undefined;
}

interface BlockPlace {
  readonly at: number;
  /** The channel of a call, if it is one. */
  readonly tool: string;
}

function readBlock(reading: Reading, block: JsonObject, { at, tool }: BlockPlace): void {
  const pointer = `/output/message/content/${at}`;
  reading.text("text", block.text, `${pointer}/text`);
  const thought = reading.object(block.reasoningContent);
  if (thought !== undefined) readThought(reading, thought, `${pointer}/reasoningContent`);
  const called = reading.object(block.toolUse);
  if (called !== undefined) readTool(reading, called, { pointer: `${pointer}/toolUse`, tool });
  const cited = reading.object(block.citationsContent);
  if (cited !== undefined) readCited(reading, cited, { pointer: `${pointer}/citationsContent`, at });
  reading.found(reading.object(block.toolResult)?.content, `${pointer}/toolResult/content`, at);
  reading.unlisted(block, blockMembers, pointer);
  for (const type of mediaTypes) {
    const node = reading.object(block[type]);
    if (node !== undefined) reading.media(type, node);
  }
}

function readThought(reading: Reading, thought: JsonObject, pointer: string): void {
  const said = reading.object(thought.reasoningText);
  if (said !== undefined) {
    reading.text("reasoning", said.text, `${pointer}/reasoningText/text`);
    reading.signature(said.signature, "shown");
  }
  reading.signature(thought.redactedContent, "redacted");
}

interface ToolPlace {
  readonly pointer: string;
  readonly tool: string;
}

function readTool(reading: Reading, called: JsonObject, { pointer, tool }: ToolPlace): void {
  reading.tool(called, tool);
  reading.text("tool.name", called.name, `${pointer}/name`, tool);
  if (isObject(called.input)) reading.args(`${pointer}/input`, tool);
  else reading.text("tool.args", called.input, `${pointer}/input`, tool);
}

interface CitedPlace {
  readonly pointer: string;
  readonly at: number;
}

function readCited(reading: Reading, cited: JsonObject, { pointer, at }: CitedPlace): void {
  for (const [index, part] of reading.objects(cited.content).entries()) {
    reading.text("text", part.text, `${pointer}/content/${index}/text`);
  }
  reading.found(cited.citations, `${pointer}/citations`, at);
}

/** The arguments' own bytes: a number too large to be one here stays as it is. */
function withArgs(deltas: readonly Delta[], body: Buffer): readonly Delta[] {
  const pointers = deltas.filter(isArgs).map(({ pointer }) => pointer);
  if (pointers.length === 0) return deltas;
  const spans = locate(body, pointers).values();
  return deltas.map((delta): Delta => {
    if (!isArgs(delta)) return delta;
    const span = spans.next().value;
    return span === undefined ? delta : { ...delta, text: body.toString("utf8", span.start, span.end) };
  });
}

function isArgs(delta: Delta): delta is PlacedText {
  return isPlaced(delta) && delta.isObject === true;
}
