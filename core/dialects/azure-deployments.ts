// Owns OpenAI's dialects as Azure's deployments speak them: the model stands in the path. Knows no route's
// coverage.

import querystring from "node:querystring";
import type { Call, Dialect } from "../contracts/dialect.ts";
import { isObject } from "../text/json.ts";
import { meteredWith } from "./metered.ts";
import { readChatCall } from "./openai-chat/call.ts";
import { azureLengthField, capWith } from "./openai-chat/output-cap.ts";
import { type ModelPlace, writeBody } from "./openai-chat/request.ts";
import { openAiChat } from "./openai-chat.ts";
import { readCompletionsCall } from "./openai-completions/call.ts";
import { openAiCompletions } from "./openai-completions.ts";
import { readEmbeddingsCall } from "./openai-embeddings/call.ts";
import { openAiEmbeddings } from "./openai-embeddings.ts";

const deployment = /^(\/openai\/deployments\/)([^/]+)(?=\/)/;

/**
 * Azure heeds the path alone. Other servers with these paths heed a `model` in the body, so one that is not
 * the deployment's name is replaced: what was checked is what is asked for.
 */
const modelInPath: ModelPlace = {
  read: (_value, { path }, fields) => {
    const name = querystring.unescape(deployment.exec(path)?.[2] ?? "");
    return name === "" ? fields.wrong("the deployment in the path", "a name") : name;
  },
  write: (call, { path, query }, model) => ({
    path:
      path.replace(deployment, (whole, before: string) =>
        model === undefined || model === call.model ? whole : before + encodeURIComponent(model),
      ) + query,
    body: writeBody(call, namesModel(call) ? (model ?? call.model) : undefined),
  }),
};

function namesModel({ value }: Call): boolean {
  return isObject(value) && value.model !== undefined && value.model !== null;
}

export const azureChat: Dialect = {
  ...openAiChat,
  readCall: (body, head) => readChatCall(body, head, modelInPath),
  writeCall: modelInPath.write,
  capOutput: capWith(azureLengthField),
  elsewhere: openAiChat,
};

export const azureCompletions: Dialect = {
  ...openAiCompletions,
  readCall: (body, head) => readCompletionsCall(body, head, modelInPath),
  writeCall: modelInPath.write,
  elsewhere: openAiCompletions,
};

export const azureEmbeddings: Dialect = {
  ...openAiEmbeddings,
  readCall: (body, head) => readEmbeddingsCall(body, head, modelInPath),
  writeCall: modelInPath.write,
  elsewhere: openAiEmbeddings,
};

export const azureMetered: Dialect = meteredWith(modelInPath);
