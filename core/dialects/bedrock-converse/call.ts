// Owns reading a Converse request, or another in its format, into a Call. Knows no policy.

import type { Call, JsonValue, RequestHead } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { asText, isObject, type JsonObject } from "../../text/json.ts";
import { below } from "../../text/pointer.ts";
import { readDefinitions } from "../openai-chat/definitions.ts";
import { Fields } from "../openai-chat/fields.ts";
import { outputBound } from "../output-bound.ts";
import { readRequest } from "./body.ts";
import { lengthFields } from "./output-cap.ts";
import { nameOf, Said, type Speaker } from "./said.ts";

/** What a request in this format asks, wherever it stands. */
export type Asked = Pick<Call, "texts" | "media" | "hostedTools" | "references" | "outputTokensMax">;

export function readCall(body: Buffer, head: RequestHead): Call | Refusal {
  const request = readRequest(body, head);
  if (request.kind === "refusal") return request;
  const { value, path } = request;
  const asked = readAsked(value, "");
  if ("kind" in asked) return asked;
  return {
    kind: "call",
    operation: "chat",
    model: path.model,
    isStream: path.operation === "converse-stream",
    body,
    value,
    ...asked,
    edits: new Map(),
  };
}

/** `pointer`: where the request's own fields stand in the body. */
export function readAsked(value: JsonObject, pointer: string): Asked | Refusal {
  const fields = new Fields();
  const said = new Said(fields);
  const hostedTools = readSaid(value, said, { fields, pointer });
  const stored = value.messages === undefined ? [below(pointer, "messages")] : [];
  const fetched = said.media.filter(({ source }) => source !== "base64").map((medium) => medium.pointer);
  const asked: Asked = {
    texts: said.texts,
    media: said.media,
    hostedTools,
    references: [...stored, ...fetched],
    outputTokensMax: readOutputTokensMax(value, fields),
  };
  return fields.refusal ?? asked;
}

interface Reading {
  readonly fields: Fields;
  readonly pointer: string;
}

/** Without messages the model is a stored prompt's name, and these are its variables. */
function readSaid(value: JsonObject, said: Said, { fields, pointer }: Reading): readonly string[] {
  const at = (name: string, role: string): Speaker => ({ role, kind: "text", pointer: below(pointer, name) });
  said.blocks(value.system, at("system", "system"));
  const hosted = readTools(value, said, { fields, pointer });
  for (const [index, message] of fields.objects(value.messages, "messages").entries()) {
    const place = `${pointer}/messages/${index}`;
    const { role, content } = message;
    if (typeof role !== "string") fields.wrong(`${nameOf(place)}.role`, "a string");
    else said.blocks(content, { role, kind: "text", pointer: `${place}/content` });
  }
  said.strings(value.promptVariables, at("promptVariables", "user"));
  said.strings(value.additionalModelRequestFields, at("additionalModelRequestFields", "system"));
  said.texts.push(...readDefinitions(value.outputConfig, `${pointer}/outputConfig`));
  return [...hosted, ...readAdditionalTools(value.additionalModelRequestFields)];
}

/** What is neither a specification nor a mark is run by the vendor. */
function readTools({ toolConfig }: JsonObject, said: Said, { fields, pointer }: Reading): readonly string[] {
  const config = fields.object(toolConfig, "toolConfig");
  const hosted: string[] = [];
  for (const [at, tool] of fields.objects(config?.tools, "toolConfig.tools").entries()) {
    const { toolSpec, cachePoint, systemTool, ...others } = tool;
    const place = `${pointer}/toolConfig/tools/${at}/toolSpec`;
    said.texts.push(...readDefinitions(fields.object(toolSpec, nameOf(place)), place));
    if (systemTool !== undefined) hosted.push(hostedName(systemTool));
    hosted.push(...Object.keys(others));
  }
  return hosted;
}

function hostedName(systemTool: JsonValue): string {
  return isObject(systemTool) && typeof systemTool.name === "string" ? systemTool.name : "systemTool";
}

/** Anthropic's own tools that the client runs, by the words before their date. */
const clientTools = /^(?:bash|computer|text_editor|memory)_\d+$/;

/** A model's own fields may switch on tools as the model's vendor names them. */
function readAdditionalTools(additional: JsonValue | undefined): readonly string[] {
  const tools = isObject(additional) ? additional.tools : undefined;
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool) => {
    if (!isObject(tool)) return [""];
    return isClientTool(tool) ? [] : [asText(tool.type)];
  });
}

export function isClientTool({ type }: JsonObject): boolean {
  const name = asText(type ?? "custom");
  return name === "custom" || name === "function" || clientTools.test(name);
}

/** Whichever is heeded, the largest counts. */
function readOutputTokensMax(value: JsonObject, fields: Fields): number | undefined {
  fields.object(value.inferenceConfig, "inferenceConfig");
  return outputBound(lengthFields(value).map(({ path, value: said }) => fields.count(said, path.join("."))));
}
