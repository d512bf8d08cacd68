// Owns the error bodies of Google's APIs, in their words; knows nothing of why one is sent.

import type { AskProblem, WireError } from "../dialect.ts";
import { jsonBody } from "../framing.ts";

const overloaded = "The model is overloaded. Please try again later.";

const wordsByStatus: Readonly<Record<number, readonly [status: string, message: string]>> = {
  400: ["INVALID_ARGUMENT", "Request contains an invalid argument."],
  401: ["UNAUTHENTICATED", "Request had invalid authentication credentials."],
  403: ["PERMISSION_DENIED", "The caller does not have permission"],
  404: ["NOT_FOUND", "Requested entity was not found."],
  429: ["RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details."],
  500: ["INTERNAL", "An internal error has occurred."],
  503: ["UNAVAILABLE", overloaded],
  504: ["DEADLINE_EXCEEDED", "Deadline expired before operation could complete."],
  529: ["UNAVAILABLE", overloaded],
};

const retryDetails = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "20s" };

export function writeGeminiError(status: number, problem?: AskProblem): WireError {
  const [name, usual] = wordsByStatus[status] ?? ["UNKNOWN", `The request failed with status ${status}.`];
  const error = { code: status, message: problem?.message ?? usual, status: name };
  const details = status === 429 ? { details: [retryDetails] } : {};
  return { headers: geminiBodyHeaders, body: jsonBody({ error: { ...error, ...details } }) };
}

export const geminiBodyHeaders = {
  "content-type": "application/json; charset=UTF-8",
  vary: "Origin, X-Origin, Referer",
  server: "scaffolding on HTTPServer2",
};

export const geminiLateError = JSON.stringify({
  error: { code: 503, message: overloaded, status: "UNAVAILABLE" },
});

export function refuseGemini(message: string): AskProblem {
  return { status: 400, message, param: null, code: null };
}

export function unknownGeminiModel(model: string): AskProblem {
  const said = "is not found for API version v1beta, or is not supported for generateContent.";
  const message = `models/${model} ${said}`;
  return { status: 404, message, param: null, code: null };
}
