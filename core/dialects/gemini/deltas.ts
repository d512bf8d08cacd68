// Owns what a Gemini answer says, whole or piece by piece. Must not know how its bytes came.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta } from "../../contracts/frame.ts";
import { asText, isObject, type JsonObject } from "../../text/json.ts";
import type { PlacedLogprobs } from "../placed-text.ts";
import { unlistedTexts } from "../unlisted.ts";
import { closeCall, sayCalls } from "./calls.ts";
import { readReason, stopOf } from "./ends.ts";
import { statusOf } from "./refusal.ts";
import { below, type Candidate, indexMax, Saying, type Spot } from "./saying.ts";
import { readUsage } from "./usage.ts";

/** One answer: what its pieces say, in their order. */
export class Answer {
  #hasStarted = false;
  #isOver = false;
  readonly #candidates = new Map<number, Candidate>();

  /** All that has begun has ended, or an error came: nothing more is owed. */
  get isWhole(): boolean {
    if (this.#isOver) return true;
    return this.#candidates.size > 0 && [...this.#candidates.values()].every(({ isEnded }) => isEnded);
  }

  /**
   * `text`: the JSON that `value` was read from. `undefined`: no answer, or one with something else in it.
   */
  read(value: JsonValue, text: Buffer): readonly Delta[] | undefined {
    if (!isObject(value)) return undefined;
    const saying = new Saying(text);
    if (value.error !== undefined && value.error !== null) {
      this.#isOver = true;
      saying.deltas.push({ kind: "error", status: statusOf(value.error) });
    }
    this.#start(value, saying);
    for (const [at, node] of saying.nodes(value.candidates).entries()) this.#candidate(node, at, saying);
    const feedback = saying.node(value.promptFeedback);
    const why = { pointer: "/promptFeedback/blockReasonMessage", channel: "0/block" };
    saying.aside(feedback?.blockReasonMessage, why);
    const blocked = readReason(feedback?.blockReason);
    if (blocked !== undefined) {
      this.#isOver = true;
      saying.deltas.push({ kind: "end", channel: "0", reason: blocked, stop: "content_filter" });
    }
    const usage = readUsage(value.usageMetadata);
    const webSearches = [...this.#candidates.values()].reduce((sum, { searches }) => sum + searches, 0);
    if (usage !== undefined) saying.deltas.push({ kind: "usage", usage: { ...usage, webSearches } });
    return saying.isWellFormed ? saying.deltas : undefined;
  }

  #start({ responseId, modelVersion }: JsonObject, { deltas }: Saying): void {
    if (this.#hasStarted) return;
    const id = typeof responseId === "string" ? responseId : undefined;
    const model = typeof modelVersion === "string" ? modelVersion : undefined;
    if (id === undefined && model === undefined) return;
    this.#hasStarted = true;
    deltas.push({ kind: "start", id, model });
  }

  /** proto3 leaves out an index of 0. */
  #candidate(node: JsonObject, at: number, saying: Saying): void {
    const index = Number(asText(node.index ?? at));
    if (!Number.isInteger(index) || index < 0 || index >= indexMax) {
      saying.isWellFormed = false;
      return;
    }
    let candidate = this.#candidates.get(index);
    if (candidate === undefined) {
      candidate = newCandidate();
      this.#candidates.set(index, candidate);
    }
    const spot: Spot = { pointer: `/candidates/${at}`, channel: String(index), candidate };
    for (const [place, part] of saying.nodes(saying.node(node.content)?.parts).entries()) {
      sayPart(part, below(spot, `content/parts/${place}`), saying);
    }
    sayGrounding(node, spot, saying);
    for (const name of foundBeside) saying.found(node[name], below(spot, name));
    if (isObject(node.logprobsResult)) {
      const { pointer } = below(spot, "logprobsResult");
      const said: PlacedLogprobs = {
        kind: "logprobs",
        channel: spot.channel,
        value: node.logprobsResult,
        pointer,
      };
      saying.deltas.push(said);
    }
    sayEnd(node, spot, saying);
  }
}

function newCandidate(): Candidate {
  return { tools: 0, hasCalled: false, isEnded: false, open: undefined, hosted: undefined, searches: 0 };
}

/** A thought is said before its signature; all else comes after the thoughts that the signature closes. */
function sayPart(part: JsonObject, spot: Spot, saying: Saying): void {
  const { channel } = spot;
  const { thoughtSignature: signature } = part;
  const isSigned = typeof signature === "string" && signature !== "";
  const signed: Delta[] = isSigned ? [{ kind: "signature", channel, signature, isRedacted: false }] : [];
  if (part.thought === true) {
    saying.text("reasoning", part.text, below(spot, "text"));
    saying.deltas.push(...signed);
  } else {
    saying.deltas.push(...signed);
    saying.text("text", part.text, below(spot, "text"));
  }
  const spoken = saying.node(part.audioTranscription);
  const transcript = { ...below(spot, "audioTranscription/text"), channel: `${channel}/audio` };
  if (spoken !== undefined) saying.text("text", spoken.text, transcript);
  sayCalls(part, spot, saying);
  sayMedia(part, channel, saying);
  for (const text of unlistedTexts(part, partMembers, spot)) saying.placed(text);
}

const partMembers: ReadonlySet<string> = new Set([
  ...["text", "thought", "thoughtSignature", "audioTranscription", "inlineData", "fileData"],
  ...["functionCall", "toolCall", "toolResponse", "executableCode", "codeExecutionResult"],
  ...["videoMetadata", "mediaResolution"],
]);

function sayMedia(part: JsonObject, channel: string, saying: Saying): void {
  const [inline, file] = [saying.node(part.inlineData), saying.node(part.fileData)];
  if (inline !== undefined && typeof inline.data === "string") {
    const mediaType = stringOf(inline.mimeType);
    saying.deltas.push({ kind: "media", channel, mediaType, data: inline.data, url: undefined });
  }
  if (file !== undefined && typeof file.fileUri === "string") {
    const mediaType = stringOf(file.mimeType);
    saying.deltas.push({ kind: "media", channel, mediaType, data: undefined, url: file.fileUri });
  }
}

function stringOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Repeats the answer's own words beside their sources, and quotes those. */
function sayGrounding(node: JsonObject, spot: Spot, saying: Saying): void {
  const grounding = saying.node(node.groundingMetadata);
  if (grounding === undefined) return;
  const { webSearchQueries: queries } = grounding;
  if (Array.isArray(queries)) spot.candidate.searches = Math.max(spot.candidate.searches, queries.length);
  for (const [at, item] of saying.nodes(grounding.groundingSupports).entries()) {
    const place = below(spot, `groundingMetadata/groundingSupports/${at}/segment/text`);
    const channel = `${spot.channel}/groundingSupports/${at}`;
    saying.aside(saying.node(item.segment)?.text, { ...place, channel });
  }
  const { groundingSupports, ...found } = grounding;
  saying.found(found, below(spot, "groundingMetadata"));
}

/** What others wrote: where an answer, or what was searched for, is found. */
const foundBeside = ["citationMetadata", "groundingAttributions", "urlContextMetadata"] as const;

function sayEnd(node: JsonObject, spot: Spot, saying: Saying): void {
  const reason = readReason(node.finishReason);
  if (reason === undefined) return;
  const { channel, candidate } = spot;
  const word = stopOf(reason);
  const stop = word === "stop" && candidate.hasCalled ? "tool_calls" : word;
  // Cut off by its length, a call stays as it was left: nobody shall take it for whole.
  if (stop === "tool_calls") closeCall(spot, saying);
  candidate.isEnded = true;
  saying.aside(node.finishMessage, { ...below(spot, "finishMessage"), channel: `${channel}/finish` });
  saying.deltas.push({ kind: "end", channel, reason, stop });
}
