// Owns Bedrock's InvokeModel, whole and streamed, for the bodies of Anthropic's and Nova's models.

import type { Ask, AskedRequest, AskProblem, Frame, MockDialect, Reply } from "../dialect.ts";
import { membersOf } from "../json-value.ts";
import { countPrompt } from "../prompt.ts";
import { readAnthropicAsk, readAnthropicPrompt } from "./anthropic-ask.ts";
import { anthropicEvents, anthropicMessage } from "./anthropic-message.ts";
import {
  bedrockBodyFraming,
  bedrockChunkFraming,
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
import { readConverseAsk, readConversePrompt } from "./converse-ask.ts";
import { converseAnswer, converseEvents, isConverseEnd } from "./converse-message.ts";

const idPrefix = "msg_bdrk_";

export const bedrockInvoke: MockDialect = {
  name: "bedrock-invoke",
  claims: (head) => isBedrockCall(head, "invoke", "invoke-with-response-stream"),
  readAsk: readInvokeAsk,
  countPrompt: ({ request, model }) => {
    const read = isAnthropic(model) ? readAnthropicPrompt : readConversePrompt;
    return countPrompt(read(request.body));
  },
  framing: ({ form }) => (form === "stream" ? bedrockChunkFraming : bedrockBodyFraming),
  writeStream: writeInvokeStream,
  writeBody: ({ model }, reply) => {
    const said = isAnthropic(model) ? anthropicMessage(reply, idPrefix) : converseAnswer(reply);
    return Buffer.from(JSON.stringify(said));
  },
  writeError: writeBedrockError,
  unknownModel: unknownBedrockModel,
};

function isAnthropic(model: string): boolean {
  return model.includes("anthropic.");
}

function readInvokeAsk(request: AskedRequest): Ask | AskProblem {
  const problem = findSignatureProblem(request);
  if (problem !== undefined) return problem;
  const model = bedrockModel(request);
  const form = isBedrockCall(request, "invoke") ? "body" : "stream";
  if (isAnthropic(model)) return readAnthropicInvoke(request, model, form);
  return model.includes("nova") ? readConverseAsk(request, form) : unknownBedrockModel();
}

function readAnthropicInvoke(request: AskedRequest, model: string, form: Ask["form"]): Ask | AskProblem {
  const { anthropic_version: version, model: named, stream } = membersOf(request.body);
  if (version === undefined) return refuseBedrock("anthropic_version: Field required");
  // Here the path says both, and a body that says them too is refused.
  if (named !== undefined) return refuseBedrock("model: Extra inputs are not permitted");
  if (stream !== undefined) return refuseBedrock("stream: Extra inputs are not permitted");
  const ask = readAnthropicAsk(request, model);
  return "status" in ask ? ask : { ...ask, form };
}

function writeInvokeStream(ask: Ask, reply: Reply): Frame[] {
  return [...modelEvents(ask, reply)].map(({ value, tokens, isEndMark }, index) => {
    const bytes = Buffer.from(JSON.stringify(value)).toString("base64");
    return { bytes: encodeEvent("chunk", { bytes, p: paddingOf(index) }), tokens, isEndMark };
  });
}

interface ModelEvent {
  readonly value: object;
  readonly tokens: number;
  readonly isEndMark: boolean;
}

function* modelEvents({ model }: Ask, reply: Reply): Generator<ModelEvent> {
  if (!isAnthropic(model)) {
    for (const event of converseEvents(reply)) {
      const { name, value, tokens } = event;
      yield { value: { [name]: value }, tokens, isEndMark: isConverseEnd(event) };
    }
    return;
  }
  for (const { payload, tokens } of anthropicEvents(reply, idPrefix)) {
    const isEndMark = payload.type === "message_stop";
    yield { value: isEndMark ? { ...payload, ...metricsOf(reply) } : payload, tokens, isEndMark };
  }
}

function metricsOf({ usage }: Reply): object {
  if (usage === undefined) return {};
  return {
    "amazon-bedrock-invocationMetrics": {
      inputTokenCount: usage.promptTokens - usage.cachedTokens - usage.cacheWriteTokens,
      outputTokenCount: usage.completionTokens,
      invocationLatency: 223,
      firstByteLatency: 100,
      cacheReadInputTokenCount: usage.cachedTokens,
      cacheWriteInputTokenCount: usage.cacheWriteTokens,
    },
  };
}
