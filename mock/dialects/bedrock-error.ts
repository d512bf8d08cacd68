// Owns the errors of Amazon Bedrock's runtime and its framings; knows nothing of why an error is sent.

import type { AskProblem, Framing, WireError } from "../dialect.ts";
import { changePayload, encodeMessage } from "../event-stream.ts";
import { bodyFraming } from "../framing.ts";

const wordsByStatus: Readonly<Record<number, readonly [name: string, message: string]>> = {
  400: ["ValidationException", "The request is not valid."],
  401: ["UnrecognizedClientException", "The security token included in the request is invalid."],
  403: ["AccessDeniedException", "You don't have access to the model with the specified model ID."],
  404: ["ResourceNotFoundException", "The specified resource ARN was not found."],
  408: ["ModelTimeoutException", "The request took too long to process."],
  424: ["ModelErrorException", "The request failed due to an error while processing the model."],
  429: ["ThrottlingException", "Too many requests, please wait before trying again."],
  500: ["InternalServerException", "The system encountered an unexpected error during processing."],
  503: ["ServiceUnavailableException", "Bedrock is unable to process your request."],
  529: ["ServiceUnavailableException", "Bedrock is unable to process your request."],
};

const requestHeaders = { "x-amzn-requestid": "b302eeb1-efef-4054-9a64-6a343cc2ccf1" };

export function writeBedrockError(status: number, problem?: AskProblem): WireError {
  const [name, usual] = wordsByStatus[status] ?? [
    status >= 500 ? "InternalServerException" : "ValidationException",
    `The request failed with status ${status}.`,
  ];
  return {
    headers: { "content-type": "application/json", "x-amzn-errortype": name, ...requestHeaders },
    body: Buffer.from(JSON.stringify({ message: problem?.message ?? usual })),
  };
}

const lateMessage = JSON.stringify({ message: "Too many requests, please wait before trying again." });

const lateException = encodeMessage({
  headers: {
    ":exception-type": "throttlingException",
    ":content-type": "application/json",
    ":message-type": "exception",
  },
  payload: Buffer.from(lateMessage),
});

export const bedrockBodyFraming = bodyFraming(
  { "content-type": "application/json", ...requestHeaders },
  lateMessage,
);

export const bedrockEventFraming: Framing = {
  name: "events",
  headers: { "content-type": "application/vnd.amazon.eventstream", ...requestHeaders },
  writeLateError: () => lateException,
  reframe: (frame, change) =>
    changePayload(frame, (payload) => Buffer.from(change(payload.toString("utf8")))),
};

/** Where a model's own events stand in the payload as base64, it is these that are changed. */
export const bedrockChunkFraming: Framing = {
  ...bedrockEventFraming,
  name: "chunks",
  headers: { ...bedrockEventFraming.headers, "x-amzn-bedrock-content-type": "application/json" },
  reframe: (frame, change) =>
    changePayload(frame, (payload) => {
      const { bytes, ...rest } = JSON.parse(payload.toString("utf8"));
      const changed = change(Buffer.from(bytes, "base64").toString("utf8"));
      return Buffer.from(JSON.stringify({ bytes: Buffer.from(changed).toString("base64"), ...rest }));
    }),
};

const paddingAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Against measuring what is hidden by its length: as many letters as the event's number says. */
export function paddingOf(eventNumber: number): string {
  return paddingAlphabet.slice(0, 1 + (eventNumber % paddingAlphabet.length));
}

export function encodeEvent(name: string, payload: unknown): Buffer {
  return encodeMessage({
    headers: { ":event-type": name, ":content-type": "application/json", ":message-type": "event" },
    payload: Buffer.from(JSON.stringify(payload)),
  });
}
