// Owns OpenAI's Responses on the wire; knows no socket and no script.

import type { MockDialect } from "../dialect.ts";
import { bodyFraming, eventFraming, jsonBody } from "../framing.ts";
import { countPrompt } from "../prompt.ts";
import { openaiBodyHeaders, openaiEventHeaders, writeOpenaiError } from "./openai-error.ts";
import { isOpenaiCall, unknownOpenaiModel } from "./openai-paths.ts";
import { readResponsesAsk, readResponsesPrompt } from "./openai-responses-ask.ts";
import { ResponseEvents } from "./openai-responses-events.ts";
import { endStatus, responseObject } from "./openai-responses-object.ts";

export const openaiResponses: MockDialect = {
  name: "openai-responses",
  claims: (head) => isOpenaiCall(head, "responses"),
  readAsk: readResponsesAsk,
  countPrompt: ({ request }) => countPrompt(readResponsesPrompt(request.body)),
  framing: ({ form }) => (form === "stream" ? streamFraming : wholeFraming),
  writeStream: (ask, reply) => new ResponseEvents(ask, reply).write(),
  writeBody: (ask, reply) =>
    jsonBody(responseObject(ask, reply, ask.keeps === "in-background" ? "queued" : endStatus(reply))),
  writeError: writeOpenaiError,
  unknownModel: unknownOpenaiModel,
};

const overloaded = { code: "server_is_overloaded", message: "The server is overloaded" };
const lateEvent = { type: "error", ...overloaded, param: null, sequence_number: 2 };
const streamFraming = eventFraming(
  openaiEventHeaders,
  `event: error\ndata: ${JSON.stringify(lateEvent)}\n\n`,
);
const wholeFraming = bodyFraming(
  openaiBodyHeaders,
  JSON.stringify({
    id: "resp_failed",
    object: "response",
    created_at: 1_767_000_000,
    status: "failed",
    error: { code: "server_error", message: "The model failed to generate a response." },
    model: "unknown",
    output: [],
    usage: null,
  }),
);
