// Owns one way of asking for each vendor's SDK, so that a test can be written once for all of them.

import Anthropic from "@anthropic-ai/sdk";
import {
  BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseStreamCommandOutput,
  type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { type Content, GoogleGenAI, type Part } from "@google/genai";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import OpenAI from "openai";
import { readAll, type VendorWorld, weatherSchema } from "./vendors.ts";

export interface MadeCall {
  readonly name: string;
  readonly arguments: unknown;
}

export interface Said {
  readonly text: string;
  readonly calls: readonly MadeCall[];
  /** In the vendor's own word. */
  readonly finish: string | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** Each asks for one thing: "How is the weather?", with the tool get_weather. */
export interface HubClient {
  ask(model: string): Promise<Said>;
  stream(model: string): Promise<Said>;
  /** Answers every call of a first answer with "18 degrees" and gives what is said then, by `next`. */
  goOn(model: string, next?: string): Promise<string>;
}

const question = "How is the weather?";
const result = "18 degrees";
const apiKey = "the-agent-has-none";
const name = "get_weather";

export const hubClients: Readonly<Record<string, (world: VendorWorld) => HubClient>> = {
  "openai chat": openaiChat,
  "openai responses": openaiResponses,
  anthropic: anthropicMessages,
  gemini: geminiContent,
  "bedrock converse": bedrockConverse,
};

function openaiClient(world: VendorWorld): OpenAI {
  const baseURL = `${world.urlOf("openai-all")}/v1`;
  return new OpenAI({ baseURL, apiKey, maxRetries: 0, logLevel: "off" });
}

function openaiChat(world: VendorWorld): HubClient {
  const { completions } = openaiClient(world).chat;
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: question }];
  const tools = [{ type: "function" as const, function: { name, parameters: weatherSchema } }];
  const read = ({ choices, usage }: OpenAI.ChatCompletion): Said => ({
    text: choices[0]?.message.content ?? "",
    calls: (choices[0]?.message.tool_calls ?? []).flatMap((call) =>
      call.type === "function"
        ? [{ name: call.function.name, arguments: JSON.parse(call.function.arguments) }]
        : [],
    ),
    finish: choices[0]?.finish_reason,
    inputTokens: usage?.prompt_tokens,
    outputTokens: usage?.completion_tokens,
  });
  return {
    ask: async (model) => read(await completions.create({ model, messages, tools })),
    stream: async (model) => {
      const asked = { model, messages, tools, stream_options: { include_usage: true } };
      return read(await completions.stream(asked).finalChatCompletion());
    },
    goOn: async (model, next = model) => {
      const { choices } = await completions.create({ model, messages, tools });
      const [first] = choices;
      if (first === undefined) return "";
      const results = (first.message.tool_calls ?? []).map(({ id }) => ({
        role: "tool" as const,
        tool_call_id: id,
        content: result,
      }));
      const all = [...messages, first.message, ...results];
      return read(await completions.create({ model: next, messages: all, tools })).text;
    },
  };
}

function openaiResponses(world: VendorWorld): HubClient {
  const { responses } = openaiClient(world);
  const input: OpenAI.Responses.ResponseInput = [{ role: "user", content: question }];
  const tools = [{ type: "function" as const, name, parameters: weatherSchema, strict: false }];
  const callsOf = ({ output }: OpenAI.Responses.Response) =>
    output.filter((item) => item.type === "function_call");
  const read = (response: OpenAI.Responses.Response): Said => ({
    text: response.output
      .flatMap((item) => (item.type === "message" ? item.content : []))
      .map((part) => (part.type === "output_text" ? part.text : ""))
      .join(""),
    calls: callsOf(response).map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) })),
    finish: response.incomplete_details?.reason ?? response.status,
    inputTokens: response.usage?.input_tokens,
    outputTokens: response.usage?.output_tokens,
  });
  const asked = { tools, store: false };
  return {
    ask: async (model) => read(await responses.create({ model, input, ...asked })),
    stream: async (model) => read(await responses.stream({ model, input, ...asked }).finalResponse()),
    goOn: async (model, next = model) => {
      const first = await responses.create({ model, input, ...asked });
      const results = callsOf(first).map((call) => ({
        type: "function_call_output" as const,
        call_id: call.call_id,
        output: result,
      }));
      const all = [...input, ...first.output, ...results] as OpenAI.Responses.ResponseInput;
      return read(await responses.create({ model: next, input: all, ...asked })).text;
    },
  };
}

function anthropicMessages(world: VendorWorld): HubClient {
  const baseURL = world.urlOf("anthropic");
  const client = new Anthropic({ baseURL, apiKey, maxRetries: 0, logLevel: "off" });
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: question }];
  const asked = { max_tokens: 1_000, tools: [{ name, input_schema: weatherSchema }] };
  const callsOf = ({ content }: Anthropic.Message) => content.filter((block) => block.type === "tool_use");
  const read = (message: Anthropic.Message): Said => ({
    text: message.content.map((block) => (block.type === "text" ? block.text : "")).join(""),
    calls: callsOf(message).map((call) => ({ name: call.name, arguments: call.input })),
    finish: message.stop_reason ?? undefined,
    inputTokens: message.usage.input_tokens,
    outputTokens: message.usage.output_tokens,
  });
  return {
    ask: async (model) => read(await client.messages.create({ model, messages, ...asked })),
    stream: async (model) => read(await client.messages.stream({ model, messages, ...asked }).finalMessage()),
    goOn: async (model, next = model) => {
      const first = await client.messages.create({ model, messages, ...asked });
      const content = callsOf(first).map(({ id }) => ({
        type: "tool_result" as const,
        tool_use_id: id,
        content: result,
      }));
      const all: Anthropic.MessageParam[] = [
        ...messages,
        { role: "assistant", content: first.content },
        { role: "user", content },
      ];
      return read(await client.messages.create({ model: next, messages: all, ...asked })).text;
    },
  };
}

function geminiContent(world: VendorWorld): HubClient {
  const { models } = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: world.urlOf("gemini") } });
  const contents: Content[] = [{ role: "user", parts: [{ text: question }] }];
  const config = { tools: [{ functionDeclarations: [{ name, parametersJsonSchema: weatherSchema }] }] };
  type Answer = Awaited<ReturnType<typeof models.generateContent>>;
  const partsOf = ({ candidates }: Answer): Part[] => candidates?.[0]?.content?.parts ?? [];
  const read = (answers: readonly Answer[]): Said => {
    const parts = answers.flatMap(partsOf);
    const usage = answers.at(-1)?.usageMetadata;
    return {
      text: parts.map(({ text = "", thought }) => (thought === true ? "" : text)).join(""),
      calls: parts.flatMap(({ functionCall }) =>
        functionCall === undefined ? [] : [{ name: functionCall.name ?? "", arguments: functionCall.args }],
      ),
      finish: answers.at(-1)?.candidates?.[0]?.finishReason,
      inputTokens: usage?.promptTokenCount,
      outputTokens: usage?.candidatesTokenCount,
    };
  };
  return {
    ask: async (model) => read([await models.generateContent({ model, contents, config })]),
    stream: async (model) =>
      read(await readAll(await models.generateContentStream({ model, contents, config }))),
    goOn: async (model, next = model) => {
      const first = await models.generateContent({ model, contents, config });
      const parts = (first.functionCalls ?? []).map(({ id, name: called }) => ({
        functionResponse: { ...(id === undefined ? {} : { id }), name: called ?? "", response: { result } },
      }));
      const all = [...contents, { role: "model", parts: partsOf(first) }, { role: "user", parts }];
      return read([await models.generateContent({ model: next, contents: all, config })]).text;
    },
  };
}

function bedrockConverse(world: VendorWorld): HubClient {
  const client = new BedrockRuntimeClient({
    endpoint: world.urlOf("bedrock"),
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDOFTHEAGENT", secretAccessKey: apiKey },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  const messages: Message[] = [{ role: "user", content: [{ text: question }] }];
  const toolConfig = { tools: [{ toolSpec: { name, inputSchema: { json: weatherSchema } } }] };
  const textOf = (content: readonly ContentBlock[]) => content.map(({ text = "" }) => text).join("");
  const converse = async (modelId: string, all: Message[]) => {
    const answer = await client.send(new ConverseCommand({ modelId, messages: all, toolConfig }));
    const { output, usage, stopReason } = answer;
    return { content: output?.message?.content ?? [], usage, finish: stopReason };
  };
  return {
    ask: async (model) => {
      const { content, usage, finish } = await converse(model, messages);
      const calls = content.flatMap(({ toolUse }) =>
        toolUse === undefined ? [] : [{ name: toolUse.name ?? "", arguments: toolUse.input }],
      );
      const { inputTokens, outputTokens } = usage ?? {};
      return { text: textOf(content), calls, finish, inputTokens, outputTokens };
    },
    stream: async (modelId) => {
      const sent = await client.send(new ConverseStreamCommand({ modelId, messages, toolConfig }));
      return readConverseStream(sent.stream);
    },
    goOn: async (model, next = model) => {
      const { content } = await converse(model, messages);
      const results = content.flatMap(({ toolUse }) =>
        toolUse === undefined
          ? []
          : [{ toolResult: { toolUseId: toolUse.toolUseId, content: [{ text: result }] } }],
      );
      const turns: Message[] = [
        ...messages,
        { role: "assistant", content },
        { role: "user", content: results },
      ];
      return textOf((await converse(next, turns)).content);
    },
  };
}

type ConverseStream = NonNullable<ConverseStreamCommandOutput["stream"]>;

async function readConverseStream(stream: ConverseStream | undefined): Promise<Said> {
  const names = new Map<number, string>();
  const inputs = new Map<number, string>();
  let text = "";
  let finish: string | undefined;
  let usage: { inputTokens?: number | undefined; outputTokens?: number | undefined } | undefined;
  for await (const event of stream ?? []) {
    const { contentBlockStart: start, contentBlockDelta: said, metadata } = event;
    const opened = start?.start?.toolUse?.name;
    if (opened !== undefined) names.set(start?.contentBlockIndex ?? 0, opened);
    const at = said?.contentBlockIndex ?? 0;
    text += said?.delta?.text ?? "";
    inputs.set(at, (inputs.get(at) ?? "") + (said?.delta?.toolUse?.input ?? ""));
    finish = event.messageStop?.stopReason ?? finish;
    usage = metadata?.usage ?? usage;
  }
  const calls = [...names].map(([at, called]) => ({
    name: called,
    arguments: JSON.parse(inputs.get(at) ?? ""),
  }));
  const { inputTokens, outputTokens } = usage ?? {};
  return { text, calls, finish, inputTokens, outputTokens };
}
