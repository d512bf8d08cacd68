// Owns one way of streaming through each vendor's SDK, for answers that are ended early. Knows no limit.

import Anthropic from "@anthropic-ai/sdk";
import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { GoogleGenAI } from "@google/genai";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { readAll, weatherSchema } from "./vendors.ts";

/** What the SDK hands over at the end. */
export interface Heard {
  readonly text: string;
  readonly thought: string;
  /** Of all calls that were begun, whole or not. */
  readonly args: string;
  /** In the vendor's own word. */
  readonly finish: string | null | undefined;
  /** Undefined: it was not told. */
  readonly outputTokens: number | undefined;
  /** Of those who are told as the answer begins. */
  readonly inputTokens?: number | undefined;
}

export interface CutClient {
  readonly model: string;
  stream(egressUrl: string, model: string): Promise<Heard>;
}

const question = "Tell me all.";
const apiKey = "the-agent-has-none";
const none: Heard = { text: "", thought: "", args: "", finish: undefined, outputTokens: undefined };
const parameters = weatherSchema;

function openai(egressUrl: string): OpenAI {
  return new OpenAI({ baseURL: `${egressUrl}/openai-all/v1`, apiKey, maxRetries: 0, logLevel: "off" });
}

async function chat(client: OpenAI, model: string, asksUsage: "asked" | "unasked"): Promise<Heard> {
  const tools = [{ type: "function" as const, function: { name: "get_weather", parameters } }];
  const options = asksUsage === "asked" ? { stream_options: { include_usage: true } } : {};
  const messages = [{ role: "user" as const, content: question }];
  const runner = client.chat.completions.stream({ model, messages, tools, ...options });
  let thought = "";
  runner.on("chunk", (chunk) => {
    if (asksUsage === "unasked" && chunk.choices.length === 0) throw new Error("a chunk nobody asked for");
    const delta = chunk.choices[0]?.delta as { reasoning_content?: string } | undefined;
    thought += delta?.reasoning_content ?? "";
  });
  const { choices, usage } = await runner.finalChatCompletion();
  const { message, finish_reason: finish } = choices[0] ?? {};
  const calls = message?.tool_calls ?? [];
  const args = calls.map((call) => (call.type === "function" ? call.function.arguments : "")).join("");
  return { text: message?.content ?? "", thought, args, finish, outputTokens: usage?.completion_tokens };
}

async function completions(egressUrl: string, model: string): Promise<Heard> {
  const client = openai(egressUrl);
  const stream_options = { include_usage: true };
  const said = await readAll(
    await client.completions.create({
      model,
      prompt: question,
      stream: true,
      stream_options,
      max_tokens: 5000,
    }),
  );
  const finish = said.map(({ choices }) => choices[0]?.finish_reason as string | undefined);
  return {
    ...none,
    text: said.map(({ choices }) => choices[0]?.text ?? "").join(""),
    finish: finish.findLast((word) => typeof word === "string"),
    outputTokens: said.at(-1)?.usage?.completion_tokens,
  };
}

async function responses(egressUrl: string, model: string): Promise<Heard> {
  const tools = [{ type: "function" as const, name: "get_weather", parameters, strict: false }];
  const asked = { model, input: question, store: false, tools };
  const {
    output,
    incomplete_details: why,
    usage,
  } = await openai(egressUrl).responses.stream(asked).finalResponse();
  const parts = output.flatMap((item) => (item.type === "message" ? item.content : []));
  const summaries = output.flatMap((item) => (item.type === "reasoning" ? item.summary : []));
  return {
    text: parts.map((part) => (part.type === "output_text" ? part.text : "")).join(""),
    thought: summaries.map(({ text }) => text).join(""),
    args: output.map((item) => (item.type === "function_call" ? item.arguments : "")).join(""),
    finish: why?.reason,
    outputTokens: usage?.output_tokens,
  };
}

async function anthropic(egressUrl: string, model: string): Promise<Heard> {
  const client = new Anthropic({ baseURL: `${egressUrl}/anthropic`, apiKey, maxRetries: 0, logLevel: "off" });
  const messages = [{ role: "user" as const, content: question }];
  const tools = [{ name: "get_weather", input_schema: weatherSchema }];
  const runner = client.messages.stream({ model, messages, tools, max_tokens: 5000 });
  let args = "";
  runner.on("inputJson", (piece) => {
    args += piece;
  });
  const { content, stop_reason: finish, usage } = await runner.finalMessage();
  return {
    text: content.map((block) => (block.type === "text" ? block.text : "")).join(""),
    thought: content.map((block) => (block.type === "thinking" ? block.thinking : "")).join(""),
    args,
    finish,
    outputTokens: usage.output_tokens,
    inputTokens: usage.input_tokens,
  };
}

async function gemini(egressUrl: string, model: string): Promise<Heard> {
  const { models } = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: `${egressUrl}/gemini` } });
  const said = await readAll(await models.generateContentStream({ model, contents: question }));
  const parts = said.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
  const texts = (isThought: unknown) =>
    parts.filter(({ thought }) => (thought === true) === isThought).map(({ text = "" }) => text);
  return {
    ...none,
    text: texts(false).join(""),
    thought: texts(true).join(""),
    finish: said.at(-1)?.candidates?.[0]?.finishReason,
    outputTokens: (said.at(-1)?.usageMetadata?.candidatesTokenCount ?? 0) + thoughtsOf(said.at(-1)),
    inputTokens: said.at(-1)?.usageMetadata?.promptTokenCount,
  };
}

function thoughtsOf(said: { usageMetadata?: { thoughtsTokenCount?: number } } | undefined): number {
  return said?.usageMetadata?.thoughtsTokenCount ?? 0;
}

function bedrock(egressUrl: string): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    endpoint: `${egressUrl}/bedrock`,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDOFTHEAGENT", secretAccessKey: apiKey },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
}

async function converse(egressUrl: string, modelId: string): Promise<Heard> {
  const toolConfig = { tools: [{ toolSpec: { name: "get_weather", inputSchema: { json: weatherSchema } } }] };
  const messages = [{ role: "user" as const, content: [{ text: question }] }];
  const client = bedrock(egressUrl);
  const { stream = [] } = await client.send(new ConverseStreamCommand({ modelId, messages, toolConfig }));
  const events = await readAll(stream as AsyncIterable<ConverseEvent>);
  client.destroy();
  const deltas = events.map(({ contentBlockDelta }) => contentBlockDelta?.delta);
  return {
    text: deltas.map((delta) => delta?.text ?? "").join(""),
    thought: deltas.map((delta) => delta?.reasoningContent?.text ?? "").join(""),
    args: deltas.map((delta) => delta?.toolUse?.input ?? "").join(""),
    finish: events.findLast(({ messageStop }) => messageStop !== undefined)?.messageStop?.stopReason,
    outputTokens: events.at(-1)?.metadata?.usage?.outputTokens,
  };
}

interface ConverseEvent {
  readonly contentBlockDelta?: {
    readonly delta?: {
      readonly text?: string;
      readonly reasoningContent?: { readonly text?: string };
      readonly toolUse?: { readonly input?: string };
    };
  };
  readonly messageStop?: { readonly stopReason?: string };
  readonly metadata?: { readonly usage?: { readonly outputTokens?: number } };
}

/** The SDK unwraps the events; what is in them is the model's vendor's. */
async function invoke(client: BedrockRuntimeClient, modelId: string, body: object): Promise<object[]> {
  const asked = { modelId, contentType: "application/json", body: JSON.stringify(body) };
  const command = new InvokeModelWithResponseStreamCommand(asked);
  const { body: stream = [] } = await client.send(command);
  const chunks = await readAll(stream as AsyncIterable<{ chunk?: { bytes?: Uint8Array } }>);
  client.destroy();
  return chunks.map(({ chunk }) => JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()));
}

interface AnthropicEvent {
  readonly type: string;
  readonly delta?: {
    readonly text?: string;
    readonly thinking?: string;
    readonly partial_json?: string;
    readonly stop_reason?: string;
  };
  readonly usage?: { readonly output_tokens?: number };
}

async function invokeClaude(egressUrl: string, modelId: string): Promise<Heard> {
  const messages = [{ role: "user", content: question }];
  const body = { anthropic_version: "bedrock-2023-05-31", max_tokens: 5000, messages };
  const events = (await invoke(bedrock(egressUrl), modelId, body)) as AnthropicEvent[];
  if (events.at(-1)?.type !== "message_stop") throw new Error("no end");
  const settled = events.at(-2);
  return {
    text: events.map(({ delta }) => delta?.text ?? "").join(""),
    thought: events.map(({ delta }) => delta?.thinking ?? "").join(""),
    args: events.map(({ delta }) => delta?.partial_json ?? "").join(""),
    finish: settled?.delta?.stop_reason,
    outputTokens: settled?.usage?.output_tokens,
  };
}

async function invokeNova(egressUrl: string, modelId: string): Promise<Heard> {
  const messages = [{ role: "user", content: [{ text: question }] }];
  const events = (await invoke(bedrock(egressUrl), modelId, { messages })) as ConverseEvent[];
  const deltas = events.map(({ contentBlockDelta }) => contentBlockDelta?.delta);
  return {
    text: deltas.map((delta) => delta?.text ?? "").join(""),
    thought: deltas.map((delta) => delta?.reasoningContent?.text ?? "").join(""),
    args: deltas.map((delta) => delta?.toolUse?.input ?? "").join(""),
    finish: events.at(-2)?.messageStop?.stopReason,
    outputTokens: events.at(-1)?.metadata?.usage?.outputTokens,
  };
}

async function ollamaChat(egressUrl: string, model: string): Promise<Heard> {
  const client = new Ollama({ host: `${egressUrl}/ollama` });
  const messages = [{ role: "user", content: question }];
  const said = await readAll(await client.chat({ model, messages, stream: true }));
  const last = said.at(-1);
  if (last?.done !== true) throw new Error("no end");
  return {
    ...none,
    text: said.map(({ message }) => message.content).join(""),
    thought: said.map(({ message }) => message.thinking ?? "").join(""),
    finish: last.done_reason,
    outputTokens: last.eval_count,
  };
}

const claude = "us.anthropic.claude-opus-5-v1:0";

export const cutClients: Readonly<Record<string, CutClient>> = {
  "openai chat": { model: "gpt-5.4", stream: (url, model) => chat(openai(url), model, "asked") },
  "openai chat, usage unasked": {
    model: "gpt-5.4",
    stream: (url, model) => chat(openai(url), model, "unasked"),
  },
  "openai completions": { model: "gpt-3.5-turbo-instruct", stream: completions },
  "openai responses": { model: "gpt-5.4", stream: responses },
  anthropic: { model: "claude-opus-5", stream: anthropic },
  gemini: { model: "gemini-3-flash", stream: gemini },
  "bedrock converse": { model: claude, stream: converse },
  "bedrock invoke, claude": { model: claude, stream: invokeClaude },
  "bedrock invoke, nova": { model: "amazon.nova-lite-v1:0", stream: invokeNova },
  "ollama chat": { model: "llama3.1", stream: ollamaChat },
};
