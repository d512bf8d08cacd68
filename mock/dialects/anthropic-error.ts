// Owns the error bodies of Anthropic's API, in its words; knows nothing of why one is sent.

import type { AskProblem, WireError } from "../dialect.ts";

const typesByStatus: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ["invalid_request_error", "Invalid request."],
  401: ["authentication_error", "invalid x-api-key"],
  403: ["permission_error", "Your API key does not have permission to use the specified resource."],
  404: ["not_found_error", "Not found"],
  413: ["request_too_large", "Request exceeds the maximum size"],
  429: ["rate_limit_error", "This request would exceed your organization's rate limit."],
  500: ["api_error", "Internal server error"],
  504: ["timeout_error", "Request timed out"],
  529: ["overloaded_error", "Overloaded"],
};

const rateLimitHeaders = {
  "retry-after": "20",
  "anthropic-ratelimit-requests-limit": "50",
  "anthropic-ratelimit-requests-remaining": "0",
  "anthropic-ratelimit-requests-reset": "2026-01-15T09:30:00Z",
};

export function writeAnthropicError(status: number, problem?: AskProblem): WireError {
  const [type, usual] = typesByStatus[status] ?? [
    status >= 500 ? "api_error" : "invalid_request_error",
    `The request failed with status ${status}.`,
  ];
  const error = { type, message: problem?.message ?? usual };
  const isPassing = status === 429 || status >= 500;
  return {
    headers: {
      "content-type": "application/json",
      "request-id": requestId,
      "x-should-retry": String(isPassing),
      ...(status === 429 ? rateLimitHeaders : {}),
    },
    body: Buffer.from(JSON.stringify({ type: "error", error, request_id: requestId })),
  };
}

const requestId = "req_011MockMockMockMockMock0";
const answerHeaders = { "request-id": requestId, "anthropic-organization-id": "org-mock" };
export const anthropicBodyHeaders = { "content-type": "application/json", ...answerHeaders };
export const anthropicEventHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
  ...answerHeaders,
};

/** Padded with spaces, as the real one was seen. */
export const anthropicLateError =
  '{"type":"error","error":{"details":null,"type":"overloaded_error","message":"Overloaded"}              }';

export function unknownAnthropicModel(model: string): AskProblem {
  return { status: 404, message: `model: ${model}`, param: null, code: null };
}
