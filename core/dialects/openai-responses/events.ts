// Owns what each event of a streamed response says. Must not know how its bytes came.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { TextKind } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { unlistedTexts } from "../unlisted.ts";
import { sayResponse, sayStart } from "./answer.ts";
import { errorDelta } from "./errors.ts";
import { sayItem, sayPart, toolChannel } from "./items.ts";
import { type FrameSaid, type Said, Saying } from "./saying.ts";

/** What one event says, and whether it ends the answer. */
export interface ReadEvent extends FrameSaid {
  readonly isEnd: boolean;
  /** It says a piece of a text and changes nothing: another that differs in its text needs no reading. */
  readonly isRepeatable: boolean;
}

/** `undefined`: something else stands where texts do. `name`: of the event, where the data has no type. */
export function readStreamed(value: JsonValue, name: string, said: Said): ReadEvent | undefined {
  if (!isObject(value)) return undefined;
  const saying = new Saying(said);
  const type = typeof value.type === "string" ? value.type : name;
  const isError = type === "error" || name === "error" || isObject(value.error);
  if (isError) saying.deltas.push(errorDelta(value));
  else say(saying, type, value);
  if (!saying.isWellFormed || said.isFull) return undefined;
  const { deltas, keptIds } = saying;
  const isRepeatable = !isError && texts.get(type)?.isPiece === true;
  return { deltas, keptIds, isEnd: isError || isEnd(type, value), isRepeatable };
}

/** Azure and others may end a cancelled response without a word of its own. */
function isEnd(type: string, { response }: JsonObject): boolean {
  if (type === "response.completed" || type === "response.incomplete" || type === "response.failed")
    return true;
  return isObject(response) && response.status === "cancelled";
}

function say(saying: Saying, type: string, event: JsonObject): void {
  const text = texts.get(type);
  if (text !== undefined) {
    const place = { node: event, pointer: "", channel: text.channel(saying, event) };
    if (text.isPiece) saying.piece(text.kind, text.name, place);
    else saying.whole(text.kind, text.name, place);
    saying.logprobs(place);
    return;
  }
  const known = others.get(type);
  if (known !== undefined) known(saying, event);
  else saying.deltas.push(...unlistedTexts(event, unsaid, { pointer: "", channel: `0/event/${type}` }));
}

/** Of any event. */
const unsaid: ReadonlySet<string> = new Set(["obfuscation", "sequence_number"]);

interface TextEvent {
  readonly kind: TextKind;
  /** The member that holds it. */
  readonly name: string;
  readonly isPiece: boolean;
  readonly channel: ChannelOf;
}
type ChannelOf = (saying: Saying, event: JsonObject) => string;

const partOf: ChannelOf = (saying, { output_index, content_index }) =>
  `0/${saying.index(output_index)}/${saying.index(content_index)}`;
const summaryOf: ChannelOf = (saying, { output_index, summary_index }) =>
  `0/${saying.index(output_index)}/summary/${saying.index(summary_index)}`;
const callOf: ChannelOf = (saying, { output_index }) => toolChannel(saying.index(output_index));
const commandOf: ChannelOf = (saying, event) =>
  `${callOf(saying, event)}/action/commands/${saying.index(event.command_index)}`;
const patchOf: ChannelOf = (saying, event) => `${callOf(saying, event)}/operation/diff`;

const streamed: readonly (readonly [string, TextKind, string, ChannelOf])[] = [
  ["response.output_text", "text", "text", partOf],
  ["response.refusal", "refusal", "refusal", partOf],
  ["response.reasoning_text", "reasoning", "text", partOf],
  ["response.reasoning_summary_text", "reasoning", "text", summaryOf],
  ["response.function_call_arguments", "tool.args", "arguments", callOf],
  ["response.custom_tool_call_input", "tool.args", "input", callOf],
  ["response.mcp_call_arguments", "tool.args", "arguments", callOf],
  ["response.code_interpreter_call_code", "tool.args", "code", callOf],
  ["response.shell_call_command", "tool.args", "command", commandOf],
  ["response.apply_patch_call_operation_diff", "tool.args", "diff", patchOf],
  ["response.audio.transcript", "text", "transcript", () => "0/audio"],
  ["response.output_audio_transcript", "text", "transcript", () => "0/audio"],
];

/** `X.delta` brings a piece of the text that stands whole in `X.done`, and in other events after it. */
const texts: ReadonlyMap<string, TextEvent> = new Map(
  streamed.flatMap(([type, kind, name, channel]): readonly (readonly [string, TextEvent])[] => [
    [`${type}.delta`, { kind, name: "delta", isPiece: true, channel }],
    [`${type}.added`, { kind, name, isPiece: false, channel }],
    [`${type}.done`, { kind, name, isPiece: false, channel }],
  ]),
);

type SayEvent = (saying: Saying, event: JsonObject) => void;

const begin: SayEvent = (saying, { response }) => {
  const node = saying.object(response);
  if (node !== undefined) sayStart(saying, node);
};

const close: SayEvent = (saying, { response }) => {
  const node = saying.object(response);
  if (node !== undefined) sayResponse(saying, { node, pointer: "/response" });
};

/** An error is one even where nothing tells which. */
const fail: SayEvent = (saying, event) => {
  const { response } = event;
  if (!isObject(response) || !isObject(response.error)) saying.deltas.push(errorDelta(response));
  close(saying, event);
};

const sayItemEvent =
  (form: "begun" | "done"): SayEvent =>
  (saying, { item, output_index }) => {
    const node = saying.object(item);
    if (node !== undefined) sayItem(saying, { node, pointer: "/item" }, saying.index(output_index), form);
  };

const sayPartEvent =
  (channelOf: ChannelOf): SayEvent =>
  (saying, event) => {
    const node = saying.object(event.part);
    const channel = channelOf(saying, event);
    if (node === undefined) return;
    if (channelOf === partOf) sayPart(saying, { node, pointer: "/part", channel });
    else saying.whole("reasoning", "text", { node, pointer: "/part", channel });
  };

/** What is cited, in the words of whoever wrote it. */
const annotate: SayEvent = (saying, event) => {
  const channel = `${partOf(saying, event)}/annotations/${saying.index(event.annotation_index)}`;
  const node = saying.object(event.annotation);
  if (node === undefined) return;
  for (const name of Object.keys(node)) {
    saying.below("tool.result", name, { node, pointer: "/annotation", channel });
  }
};

const shellOutput: SayEvent = (saying, event) => {
  const channel = `${callOf(saying, event)}/output/${saying.index(event.command_index)}`;
  const node = saying.object(event.delta);
  if (node === undefined) return;
  for (const name of Object.keys(node))
    saying.piece("tool.result", name, { node, pointer: "/delta", channel });
};

const shellOutputDone: SayEvent = (saying, event) => {
  const first = saying.index(event.command_index);
  for (const [at, node] of saying.objects(event.output).entries()) {
    const place = {
      node,
      pointer: `/output/${at}`,
      channel: `${callOf(saying, event)}/output/${first + at}`,
    };
    for (const name of ["stdout", "stderr"]) saying.below("tool.result", name, place);
  }
};

const sayMedia =
  (member: string, mediaType: string | undefined): SayEvent =>
  (saying, event) => {
    const data = event[member];
    if (typeof data !== "string" || data === "") return;
    const channel = mediaType === undefined ? callOf(saying, event) : "0/audio";
    saying.deltas.push({ kind: "media", channel, mediaType, data, url: undefined });
  };

const others: ReadonlyMap<string, SayEvent> = new Map([
  ["response.created", begin],
  ["response.queued", begin],
  ["response.in_progress", begin],
  ["response.completed", close],
  ["response.incomplete", close],
  ["response.cancelled", close],
  ["response.failed", fail],
  ["response.output_item.added", sayItemEvent("begun")],
  ["response.output_item.done", sayItemEvent("done")],
  ["response.content_part.added", sayPartEvent(partOf)],
  ["response.content_part.done", sayPartEvent(partOf)],
  ["response.reasoning_summary_part.added", sayPartEvent(summaryOf)],
  ["response.reasoning_summary_part.done", sayPartEvent(summaryOf)],
  ["response.output_text.annotation.added", annotate],
  ["response.shell_call_output_content.delta", shellOutput],
  ["response.shell_call_output_content.done", shellOutputDone],
  ["response.image_generation_call.partial_image", sayMedia("partial_image_b64", undefined)],
  ["response.audio.delta", sayMedia("delta", "audio")],
  ["response.output_audio.delta", sayMedia("delta", "audio")],
]);
