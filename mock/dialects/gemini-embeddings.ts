// Owns Google's embeddings on the wire: embedContent, batchEmbedContents, Vertex's predict; knows no socket.

import type { Ask, AskedRequest, AskProblem, MockDialect, Reply } from "../dialect.ts";
import { bodyFraming, jsonBody } from "../framing.ts";
import { listOf, membersOf, numberOf, textOf } from "../json-value.ts";
import { countTokens } from "../tokens.ts";
import { vectorOf } from "../vector.ts";
import { readContent } from "./gemini-ask.ts";
import {
  geminiBodyHeaders,
  geminiLateError,
  refuseGemini,
  unknownGeminiModel,
  writeGeminiError,
} from "./gemini-error.ts";
import { hasVerb, modelOfPath } from "./gemini-paths.ts";

const dimensionsByDefault = 768;
const framing = bodyFraming(geminiBodyHeaders, geminiLateError);

export const geminiEmbeddings: MockDialect = {
  name: "gemini-embeddings",
  claims: (head) => hasVerb(head, "embedContent", "batchEmbedContents", "predict"),
  readAsk: readEmbedAsk,
  countPrompt: ({ request }) => inputsOf(request).reduce((sum, { text }) => sum + countTokens(text), 0),
  framing: () => framing,
  writeStream: () => [],
  writeBody: (ask, reply) => jsonBody({ ...writeVectors(ask, reply), ...reply.extra }),
  writeError: writeGeminiError,
  unknownModel: unknownGeminiModel,
};

function readEmbedAsk(request: AskedRequest): Ask | AskProblem {
  const inputs = inputsOf(request);
  if (inputs.length === 0) return refuseGemini("* EmbedContentRequest.content: contents is not specified");
  return {
    request,
    model: modelOfPath(request),
    form: "body",
    text: inputs.map(({ text }) => text).join("\n"),
    role: "user",
    choices: 0,
    maxTokens: undefined,
    wantsUsage: true,
    tools: [],
    demandedTool: undefined,
  };
}

interface Input {
  readonly text: string;
  readonly dimensions: number;
}

function inputsOf(request: AskedRequest): Input[] {
  const members = membersOf(request.body);
  if (hasVerb(request, "predict")) {
    const wanted = numberOf(membersOf(members.parameters).outputDimensionality) ?? dimensionsByDefault;
    return listOf(members.instances).map((instance) => ({
      text: textOf(membersOf(instance).content) ?? "",
      dimensions: wanted,
    }));
  }
  const single = members.content === undefined ? [] : [members];
  const requests = hasVerb(request, "embedContent") ? single : listOf(members.requests).map(membersOf);
  return requests.map(({ content, outputDimensionality, embedContentConfig }) => ({
    text: readContent(membersOf(content)).texts.join("\n"),
    dimensions:
      numberOf(outputDimensionality ?? membersOf(embedContentConfig).outputDimensionality) ??
      dimensionsByDefault,
  }));
}

function writeVectors({ request }: Ask, { usage }: Reply): object {
  const inputs = inputsOf(request);
  const vectors = inputs.map(({ text, dimensions }) => vectorOf(text, dimensions));
  if (hasVerb(request, "batchEmbedContents")) return { embeddings: vectors.map((values) => ({ values })) };
  if (hasVerb(request, "embedContent")) return { embedding: { values: vectors[0] } };
  const predictions = vectors.map((values, index) => {
    const statistics = { token_count: countTokens(inputs[index]?.text ?? ""), truncated: false };
    return { embeddings: { values, ...(usage === undefined ? {} : { statistics }) } };
  });
  return { predictions };
}
