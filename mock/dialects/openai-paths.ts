// Owns the paths of OpenAI's operations, at OpenAI and on Azure; knows no format.

import type { AskedRequest, AskProblem, RequestHead } from "../dialect.ts";
import { membersOf, textOf } from "../json-value.ts";

const openaiPath = /^(?:\/openai)?\/v1\/(.+)$/;
const azurePath = /^\/openai\/deployments\/([^/]+)\/(.+)$/;

/** POST to `/v1/{operation}`, or to Azure's newer `/openai/v1/{operation}`. */
export function isOpenaiCall({ method, path }: RequestHead, operation: string): boolean {
  return method === "POST" && openaiPath.exec(path)?.[1] === operation;
}

/** POST to `/openai/deployments/{deployment}/{operation}`. */
export function isAzureCall({ method, path }: RequestHead, operation: string): boolean {
  return method === "POST" && azurePath.exec(path)?.[2] === operation;
}

/** On Azure the deployment is the model, whatever the body says. */
export function readModel({ path, body, query }: AskedRequest): string | AskProblem {
  const deployment = azurePath.exec(path)?.[1];
  if (deployment !== undefined) {
    const hasVersion = new URLSearchParams(query).has("api-version");
    return hasVersion ? deployment : { status: 404, message: "Resource not found", param: null, code: "404" };
  }
  const model = textOf(membersOf(body).model);
  return model ?? refuseOpenai("you must provide a model parameter", null, null);
}

export function refuseOpenai(message: string, param: string | null, code: string | null): AskProblem {
  return { status: 400, message, param, code };
}

export function unknownOpenaiModel(model: string): AskProblem {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return { status: 404, message, param: null, code: "model_not_found" };
}
