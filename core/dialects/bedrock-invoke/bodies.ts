// Owns what an InvokeModel body asks, which each vendor of models writes in its own way. Knows no model's
// name.

import type { Call, Operation } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { unknownBetas } from "../anthropic-messages/betas.ts";
import { readAsked as readMessagesAsked } from "../anthropic-messages/call.ts";
import { type Asked, readAsked as readConverseAsked } from "../bedrock-converse/call.ts";
import { Said } from "../bedrock-converse/said.ts";
import { Fields } from "../openai-chat/fields.ts";

export type BodyAsked = Asked & Pick<Call, "operation">;

interface Family {
  readonly operation: Operation;
  /** Without these it is another family's. */
  readonly marks: readonly string[];
  /** The names it has; undefined: those that no other family has. */
  readonly names?: ReadonlySet<string>;
  readonly read: (value: JsonObject) => Asked | Refusal;
}

const novaNames = ["schemaVersion", "messages", "system", "inferenceConfig", "toolConfig"];
const titanNames = ["inputText", "dimensions", "normalize", "embeddingTypes"];
const cohereNames = [
  ...["texts", "input_type", "images", "inputs", "truncate", "embedding_types"],
  ...["max_tokens", "output_dimension"],
];
const novaEmbeddingNames = ["schemaVersion", "taskType", "singleEmbeddingParams"];

/** A body of a family has the names of no other, so no model can read there what is not read here. */
const families: readonly Family[] = [
  { operation: "chat", marks: ["anthropic_version"], read: readMessages },
  {
    operation: "chat",
    marks: ["messages"],
    names: new Set(novaNames),
    read: (value) => readConverseAsked(value, ""),
  },
  { operation: "embeddings", marks: ["inputText"], names: new Set(titanNames), read: readEmbedded },
  { operation: "embeddings", marks: ["input_type"], names: new Set(cohereNames), read: readEmbedded },
  { operation: "embeddings", marks: ["taskType"], names: new Set(novaEmbeddingNames), read: readEmbedded },
];

/** Names that only one of the others reads. */
const foreignNames = [
  ...["schemaVersion", "inferenceConfig", "toolConfig", "inputText", "textGenerationConfig", "texts"],
  ...["prompt", "message", "chat_history", "documents", "inputs", "taskType", "singleEmbeddingParams"],
];

export function readBody(value: JsonObject): BodyAsked | Refusal {
  const family = families.find((each) => isOf(each, value));
  if (family === undefined) {
    const message =
      "InvokeModel is covered for Anthropic's, Nova's and embedding bodies: ask this model through Converse.";
    return refuse("route_refused", { message });
  }
  const asked = family.read(value);
  return "code" in asked ? asked : { ...asked, operation: family.operation };
}

function isOf({ marks, names }: Family, value: JsonObject): boolean {
  if (!marks.every((mark) => value[mark] !== undefined)) return false;
  if (names === undefined) return foreignNames.every((name) => value[name] === undefined);
  return Object.keys(value).every((name) => names.has(name));
}

function readMessages(value: JsonObject): Asked | Refusal {
  const asked = readMessagesAsked(value, new Fields());
  if ("code" in asked) return asked;
  const { anthropic_beta: betas } = value;
  const names = Array.isArray(betas) ? betas.join(",") : undefined;
  return { ...asked, hostedTools: [...asked.hostedTools, ...unknownBetas({ "anthropic-beta": names })] };
}

/** Titan's and Cohere's texts, and Nova's one text, picture, video or sound. */
function readEmbedded(value: JsonObject): Asked | Refusal {
  const fields = new Fields();
  const said = new Said(fields);
  const speaker = { role: "user", kind: "text", pointer: "" } as const;
  const { images, singleEmbeddingParams, input_type, taskType, schemaVersion, ...plain } = value;
  said.strings(plain, speaker);
  if (isObject(singleEmbeddingParams)) {
    const { text = null, ...shown } = singleEmbeddingParams;
    said.strings(text, { ...speaker, pointer: "/singleEmbeddingParams/text" });
    said.block(shown, { ...speaker, pointer: "/singleEmbeddingParams" });
  }
  if (Array.isArray(images)) {
    for (const at of images.keys())
      said.media.push({ pointer: `/images/${at}`, type: "image", source: "base64" });
  }
  const references = said.media.filter(({ source }) => source !== "base64").map(({ pointer }) => pointer);
  const { texts, media } = said;
  return fields.refusal ?? { texts, media, hostedTools: [], references, outputTokensMax: undefined };
}
