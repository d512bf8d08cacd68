// Owns OpenAI's embeddings on the wire; knows no socket and no script.

import type { Ask, AskedRequest, AskProblem, MockDialect, Reply } from "../dialect.ts";
import { jsonBody } from "../framing.ts";
import { listOf, membersOf, numberOf } from "../json-value.ts";
import { countTokens } from "../tokens.ts";
import { vectorBytes, vectorOf } from "../vector.ts";
import { openaiBodyFraming, writeAzureError, writeOpenaiError } from "./openai-error.ts";
import { isAzureCall, isOpenaiCall, readModel, refuseOpenai, unknownOpenaiModel } from "./openai-paths.ts";

const operation = "embeddings";
const dimensionsByModel: Readonly<Record<string, number>> = { "text-embedding-3-large": 3_072 };
const dimensionsByDefault = 1_536;
const inputsMax = 2_048;

export const openaiEmbeddings: MockDialect = {
  name: "openai-embeddings",
  claims: (head) => isOpenaiCall(head, operation),
  readAsk: readEmbeddingsAsk,
  countPrompt: ({ request }) => inputsOf(request.body).reduce<number>((sum, one) => sum + countInput(one), 0),
  framing: () => openaiBodyFraming,
  writeStream: () => [],
  writeBody: writeEmbeddings,
  writeError: writeOpenaiError,
  unknownModel: unknownOpenaiModel,
};

export const azureEmbeddings: MockDialect = {
  ...openaiEmbeddings,
  claims: (head) => isAzureCall(head, operation),
  writeError: writeAzureError,
};

function readEmbeddingsAsk(request: AskedRequest): Ask | AskProblem {
  const model = readModel(request);
  if (typeof model !== "string") return model;
  const inputs = inputsOf(request.body);
  if (inputs.length === 0 || inputs.length > inputsMax || inputs.includes("")) {
    return refuseOpenai("'$.input' is invalid. Please check the API reference.", null, null);
  }
  return {
    request,
    model,
    form: "body",
    text: inputs.filter((input) => typeof input === "string").join("\n"),
    role: "user",
    choices: 0,
    maxTokens: undefined,
    wantsUsage: true,
    tools: [],
    demandedTool: undefined,
  };
}

/** Texts, or lists of a text's tokens. */
function inputsOf(body: unknown): readonly unknown[] {
  const { input } = membersOf(body);
  if (!Array.isArray(input)) return input === undefined ? [] : [input];
  return typeof input[0] === "number" ? [input] : input;
}

function countInput(input: unknown): number {
  return typeof input === "string" ? countTokens(input) : listOf(input).length;
}

function writeEmbeddings({ request, model }: Ask, reply: Reply): Buffer {
  const { dimensions, encoding_format: encoding } = membersOf(request.body);
  const wanted = numberOf(dimensions) ?? dimensionsByModel[model] ?? dimensionsByDefault;
  const data = inputsOf(request.body).map((input, index) => {
    const vector = vectorOf(JSON.stringify(input), wanted);
    const embedding = encoding === "base64" ? vectorBytes(vector).toString("base64") : vector;
    return { object: "embedding", index, embedding };
  });
  const usage = reply.usage && {
    prompt_tokens: reply.usage.promptTokens,
    total_tokens: reply.usage.totalTokens,
  };
  return jsonBody({ object: "list", data, model: reply.model, usage, ...reply.extra });
}
