// Owns the error bodies of OpenAI's API, in its words; knows nothing of why one is sent.

import type { AskProblem, WireError } from "../dialect.ts";
import { bodyFraming, eventFraming, jsonBody } from "../framing.ts";

const vendorHeaders = {
  "access-control-expose-headers": "X-Request-ID",
  "openai-organization": "org-mock",
  "openai-processing-ms": "12",
  "openai-version": "2020-10-01",
};
export const openaiEventHeaders = { "content-type": "text/event-stream; charset=utf-8", ...vendorHeaders };
export const openaiBodyHeaders = { "content-type": "application/json", ...vendorHeaders };

const lateError =
  '{"error":{"message":"Internal server error","type":"internal_error","param":null,"code":null}}';

export const openaiEventFraming = eventFraming(openaiEventHeaders, `data: ${lateError}\n\n`);
export const openaiBodyFraming = bodyFraming(openaiBodyHeaders, lateError);

interface ErrorWords {
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
}

const wordsByStatus: Readonly<Record<number, ErrorWords>> = {
  401: {
    message: "Incorrect API key provided. Find your API key at https://platform.openai.com/account/api-keys.",
    type: "invalid_request_error",
    code: "invalid_api_key",
  },
  403: {
    message: "Your project does not have access to this model.",
    type: "invalid_request_error",
    code: "model_not_found",
  },
  429: {
    message:
      "Rate limit reached for requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.",
    type: "requests",
    code: "rate_limit_exceeded",
  },
  500: {
    message: "The server had an error while processing your request. Sorry about that!",
    type: "server_error",
    code: null,
  },
  503: overloaded(),
  529: overloaded(),
};

function overloaded(): ErrorWords {
  return {
    message: "The engine is currently overloaded, please try again later.",
    type: "server_error",
    code: "overloaded",
  };
}

const rateLimitHeaders = {
  "retry-after": "20",
  "retry-after-ms": "20000",
  "x-ratelimit-limit-requests": "3",
  "x-ratelimit-remaining-requests": "0",
  "x-ratelimit-reset-requests": "20s",
  "x-ratelimit-limit-tokens": "40000",
  "x-ratelimit-remaining-tokens": "39970",
  "x-ratelimit-reset-tokens": "45ms",
};

export function writeOpenaiError(status: number, problem?: AskProblem): WireError {
  const { message, type, code } = chooseWords(status, problem);
  const error = { message, type, param: problem?.param ?? null, code };
  const headers = { "content-type": "application/json; charset=utf-8" };
  return {
    headers: status === 429 ? { ...headers, ...rateLimitHeaders } : headers,
    body: Buffer.from(`${JSON.stringify({ error }, null, 4)}\n`),
  };
}

/** Azure's gateway says the status as its code, and no more. */
export function writeAzureError(status: number, problem?: AskProblem): WireError {
  if (status === 400 || (problem !== undefined && problem.code !== "404")) {
    return writeOpenaiError(status, problem);
  }
  const { message } = chooseWords(status, problem);
  return {
    headers: { "content-type": "application/json", ...(status === 429 ? { "retry-after": "20" } : {}) },
    body: jsonBody({ error: { code: String(status), message } }),
  };
}

function chooseWords(status: number, problem: AskProblem | undefined): ErrorWords {
  if (problem !== undefined) return { ...problem, type: "invalid_request_error" };
  const general = status >= 500 ? "server_error" : "invalid_request_error";
  return (
    wordsByStatus[status] ?? {
      message: `The request failed with status ${status}.`,
      type: general,
      code: null,
    }
  );
}
