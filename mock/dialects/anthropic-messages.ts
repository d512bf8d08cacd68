// Owns Anthropic's Messages and its count of tokens on the wire; knows no socket and no script.

import type { Ask, AskedRequest, AskProblem, Frame, MockDialect, Reply } from "../dialect.ts";
import { bodyFraming, endMark, eventFraming, namedEvent } from "../framing.ts";
import { membersOf } from "../json-value.ts";
import { countPrompt } from "../prompt.ts";
import {
  findMessagesProblem,
  readAnthropicAsk,
  readAnthropicFacts,
  readAnthropicPrompt,
  refuseAnthropic,
} from "./anthropic-ask.ts";
import {
  anthropicBodyHeaders,
  anthropicEventHeaders,
  anthropicLateError,
  unknownAnthropicModel,
  writeAnthropicError,
} from "./anthropic-error.ts";
import { anthropicEvents, anthropicMessage } from "./anthropic-message.ts";

const streamFraming = eventFraming(anthropicEventHeaders, `event: error\ndata: ${anthropicLateError}\n\n`);
const wholeFraming = bodyFraming(anthropicBodyHeaders, anthropicLateError);
const idPrefix = "msg_01";

export const anthropicMessages: MockDialect = {
  name: "anthropic-messages",
  claims: ({ method, path }) => method === "POST" && path === "/v1/messages",
  readAsk: (request) => findHeadProblem(request) ?? readAnthropicAsk(request, modelOf(request)),
  countPrompt: ({ request }) => countPrompt(readAnthropicPrompt(request.body)),
  framing: ({ form }) => (form === "stream" ? streamFraming : wholeFraming),
  writeStream: writeMessageStream,
  writeBody: (_ask, reply) => Buffer.from(JSON.stringify(anthropicMessage(reply, idPrefix))),
  writeError: writeAnthropicError,
  unknownModel: unknownAnthropicModel,
};

export const anthropicCountTokens: MockDialect = {
  ...anthropicMessages,
  name: "anthropic-count-tokens",
  claims: ({ method, path }) => method === "POST" && path === "/v1/messages/count_tokens",
  readAsk: readCountAsk,
  framing: () => wholeFraming,
  writeStream: () => [],
  writeBody: (_ask, { usage, extra }) =>
    Buffer.from(JSON.stringify({ input_tokens: usage?.promptTokens, ...extra })),
};

function readCountAsk(request: AskedRequest): Ask | AskProblem {
  const problem = findHeadProblem(request) ?? findMessagesProblem(membersOf(request.body));
  return problem ?? readAnthropicFacts(request, modelOf(request));
}

function findHeadProblem({ headers, body }: AskedRequest): AskProblem | undefined {
  if (headers["anthropic-version"] === undefined) {
    return refuseAnthropic("anthropic-version: header is required");
  }
  return typeof membersOf(body).model === "string" ? undefined : refuseAnthropic("model: Field required");
}

function modelOf({ body }: AskedRequest): string {
  return String(membersOf(body).model);
}

const paddingMax = 16;

function writeMessageStream(_ask: Ask, reply: Reply): Frame[] {
  const frames: Frame[] = [];
  for (const { payload, tokens } of anthropicEvents(reply, idPrefix)) {
    const text = JSON.stringify(payload);
    // The real one pads its JSON before the last brace.
    const padding = reply.isObfuscated ? " ".repeat(frames.length % paddingMax) : "";
    const frame = namedEvent(payload.type, `${text.slice(0, -1)}${padding}}`, tokens);
    frames.push(payload.type === "message_stop" ? endMark(frame) : frame);
  }
  return frames;
}
