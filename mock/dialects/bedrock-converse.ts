// Owns Bedrock's Converse, ConverseStream and CountTokens on the wire; knows no socket and no script.

import type { Ask, AskedRequest, AskProblem, Frame, MockDialect, Reply } from "../dialect.ts";
import { membersOf, textOf } from "../json-value.ts";
import { countPrompt } from "../prompt.ts";
import { parseJson } from "../request-body.ts";
import { readAnthropicPrompt } from "./anthropic-ask.ts";
import {
  bedrockBodyFraming,
  bedrockEventFraming,
  encodeEvent,
  paddingOf,
  writeBedrockError,
} from "./bedrock-error.ts";
import {
  bedrockModel,
  findSignatureProblem,
  isBedrockCall,
  refuseBedrock,
  unknownBedrockModel,
} from "./bedrock-paths.ts";
import { readConverseAsk, readConverseFacts, readConversePrompt } from "./converse-ask.ts";
import { converseAnswer, converseEvents, isConverseEnd, withMetrics } from "./converse-message.ts";

export const bedrockConverse: MockDialect = {
  name: "bedrock-converse",
  claims: (head) => isBedrockCall(head, "converse", "converse-stream"),
  readAsk: (request) => {
    const form = isBedrockCall(request, "converse-stream") ? "stream" : "body";
    return findSignatureProblem(request) ?? readConverseAsk(request, form);
  },
  countPrompt: ({ request }) => countPrompt(readConversePrompt(request.body)),
  framing: ({ form }) => (form === "stream" ? bedrockEventFraming : bedrockBodyFraming),
  writeStream: writeConverseStream,
  writeBody: (_ask, reply) => Buffer.from(JSON.stringify(withMetrics(converseAnswer(reply)))),
  writeError: writeBedrockError,
  unknownModel: unknownBedrockModel,
};

function writeConverseStream(_ask: Ask, reply: Reply): Frame[] {
  return [...converseEvents(reply)].map((event, index) => ({
    bytes: encodeEvent(event.name, { ...event.value, p: paddingOf(index) }),
    tokens: event.tokens,
    isEndMark: isConverseEnd(event),
  }));
}

export const bedrockCountTokens: MockDialect = {
  ...bedrockConverse,
  name: "bedrock-count-tokens",
  claims: (head) => isBedrockCall(head, "count-tokens"),
  readAsk: readCountAsk,
  countPrompt: ({ request }) => {
    const { converse, invokeModel } = membersOf(membersOf(request.body).input);
    if (converse !== undefined) return countPrompt(readConversePrompt(converse));
    const { body } = membersOf(invokeModel);
    return countPrompt(readAnthropicPrompt(parseJson(Buffer.from(textOf(body) ?? "", "base64"))));
  },
  framing: () => bedrockBodyFraming,
  writeStream: () => [],
  writeBody: (_ask, { usage, extra }) =>
    Buffer.from(JSON.stringify({ inputTokens: usage?.promptTokens, ...extra })),
};

function readCountAsk(request: AskedRequest): Ask | AskProblem {
  const problem = findSignatureProblem(request);
  if (problem !== undefined) return problem;
  const { converse, invokeModel } = membersOf(membersOf(request.body).input);
  if (converse === undefined && invokeModel === undefined) {
    return refuseBedrock("The value at input is empty. Provide a value and then try again.");
  }
  return { ...readConverseFacts(request), model: bedrockModel(request) };
}
