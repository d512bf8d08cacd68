// Owns which kinds of things an answer's units say, by their JSON alone. Shares no code with the dialects.

import type { JsonValue } from "../../core/contracts/dialect.ts";
import { isObject, type JsonObject } from "../../core/text/json.ts";
import type { Payload } from "../core/dialects/payloads.ts";

/** One thing that is said: its kind, and where in the unit's JSON it stands; empty for the whole unit. */
export interface Said {
  readonly type: string;
  readonly pointer: string;
}

const objects = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.map(objectOf) : [];
const objectOf = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});

/** What a unit is, not what it says. */
const labels: ReadonlySet<string> = new Set(["type", "object", "id", "index", "role", "status", "phase"]);

/** Figures and flags are no speech, but where they are what is used. */
function isFilled(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return value !== "";
  if (Array.isArray(value)) return value.some(isFilled);
  return Object.entries(objectOf(value)).some(([name, member]) => !labels.has(name) && isFilled(member));
}

function isUsed(value: JsonValue | undefined): boolean {
  return Object.values(objectOf(value)).some((member) => typeof member === "number");
}

export function saidIn({ name, value }: Payload): readonly Said[] {
  if (Array.isArray(value)) return value.flatMap((element) => saidIn({ name, value: element }));
  if (!isObject(value)) return [{ type: name ?? "(no data)", pointer: "" }];
  if (isFilled(value.error) && value.object !== "response") return [{ type: "error", pointer: "/error" }];
  const read = formats.find(([isOf]) => isOf(value, name))?.[1];
  return read === undefined ? [{ type: "(answer)", pointer: "" }] : read(value, name);
}

type Format = readonly [
  isOf: (value: JsonObject, name: string | undefined) => boolean,
  read: (value: JsonObject, name: string | undefined) => readonly Said[],
];

const formats: readonly Format[] = [
  [
    ({ choices }) => Array.isArray(choices),
    ({ choices, ...rest }) => [...ofChoices(choices), ...ofFigures(rest)],
  ],
  [({ candidates, usageMetadata }) => (candidates ?? usageMetadata) !== undefined, ofCandidates],
  [({ object }) => object === "response", ofResponse],
  [({ type, content }) => type === "message" && Array.isArray(content), ofMessage],
  [({ type }) => typeof type === "string", ofEvent],
  [({ output }) => isObject(output), ofConverse],
  [(_value, name) => name !== undefined, ofNamed],
  [({ done }) => done !== undefined, ofLine],
  [isNamedWithin, (value) => ofNamed(objectOf(Object.values(value)[0]), Object.keys(value)[0])],
];

const members = (value: JsonObject, names: readonly string[], prefix: string): readonly Said[] =>
  names
    .filter((name) => (/^usage/.test(name) ? isUsed(value[name]) : isFilled(value[name])))
    .map((name) => ({ type: prefix + name, pointer: `/${name}` }));

const namesIn = (value: JsonObject) => Object.keys(value).filter((name) => !labels.has(name));

const below = (pointer: string, said: readonly Said[]): readonly Said[] =>
  said.map(({ type, pointer: rest }) => ({ type, pointer: pointer + rest }));

function ofFigures(value: JsonObject): readonly Said[] {
  return members(value, ["usage", "citations", "search_results", "images", "prompt_filter_results"], "");
}

function ofChoices(choices: JsonValue | undefined): readonly Said[] {
  return objects(choices).flatMap((choice, at) => {
    const place = choice.delta === undefined ? "message" : "delta";
    const part = objectOf(choice[place]);
    const names = namesIn(part);
    const own = ["text", "finish_reason", "logprobs"];
    return below(`/choices/${at}`, [
      ...below(`/${place}`, members(part, names, `${place}.`)),
      ...members(choice, own, "choice."),
    ]);
  });
}

function ofCandidates(value: JsonObject): readonly Said[] {
  const candidates = objects(value.candidates).flatMap((candidate, at) => {
    const parts = objects(objectOf(candidate.content).parts).flatMap((part, index) => {
      const names = Object.keys(part).filter((name) => name !== "thought");
      return below(
        `/content/parts/${index}`,
        members(part, names, part.thought === true ? "thought." : "part."),
      );
    });
    const own = namesIn(candidate).filter((name) => name !== "content");
    return below(`/candidates/${at}`, [...parts, ...members(candidate, own, "candidate.")]);
  });
  return [...candidates, ...members(value, ["usageMetadata", "promptFeedback"], "")];
}

function ofResponse(value: JsonObject): readonly Said[] {
  const items = objects(value.output).flatMap((item, at) => ofItem(item, `/output/${at}`));
  return [...items, ...members(value, ["usage", "error", "incomplete_details"], "response.")];
}

/** A message's parts one by one, any other item as one. */
function ofItem(item: JsonObject, pointer: string): readonly Said[] {
  if (item.type !== "message") return [{ type: `item.${item.type}`, pointer }];
  return objects(item.content).map(({ type }, at) => ({
    type: `item.message/${type}`,
    pointer: `${pointer}/content/${at}`,
  }));
}

function ofMessage(value: JsonObject): readonly Said[] {
  const blocks = objects(value.content).map(({ type }, at) => ({
    type: `block.${type}`,
    pointer: `/content/${at}`,
  }));
  return [...blocks, ...members(value, ["stop_reason", "usage"], "message.")];
}

/** `content_block_delta/text_delta`, `response.output_item.done/function_call` … */
function ofEvent(value: JsonObject): readonly Said[] {
  const { type, delta, content_block, item, part } = value;
  const inner = [delta, content_block, item, part].map((one) => objectOf(one).type);
  const kind = inner.find((one) => typeof one === "string");
  const holder = [delta, content_block, item, part].find((one) => one !== undefined);
  const name = kind === undefined ? String(type) : `${type}/${kind}`;
  return [{ type: holder === undefined || isFilled(holder) ? name : `${name} (empty)`, pointer: "" }];
}

function ofConverse(value: JsonObject): readonly Said[] {
  const blocks = objects(objectOf(objectOf(value.output).message).content).flatMap((block, at) =>
    below(`/output/message/content/${at}`, members(block, namesIn(block), "block.")),
  );
  return [...blocks, ...members(value, ["stopReason", "usage", "trace"], "")];
}

/** An eventstream's: `contentBlockDelta/text`. */
function ofNamed(value: JsonObject, name: string | undefined): readonly Said[] {
  const said = { ...objectOf(value.start), ...objectOf(value.delta) };
  const kind = [String(name), ...Object.keys(said)].join("/");
  const isEmpty = Object.keys(said).length > 0 && !isFilled(said);
  return [{ type: isEmpty ? `${kind} (empty)` : kind, pointer: "" }];
}

/** Nova's, in InvokeModel's chunks. */
function isNamedWithin(value: JsonObject): boolean {
  return /^(message|contentBlock|metadata)/.test(Object.keys(value)[0] ?? "");
}

/** Ollama's. */
function ofLine(value: JsonObject): readonly Said[] {
  const message = objectOf(value.message);
  const names = namesIn(message);
  const said = [
    ...below("/message", members(message, names, "message.")),
    ...members(value, ["response", "thinking"], ""),
  ];
  return value.done === true ? [...said, { type: "done", pointer: "/done" }] : said;
}
