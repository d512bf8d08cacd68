// Owns Ollama's chat on the wire, a line of JSON for each piece; knows no socket and no script.

import { argumentsOf, type Block, blocksOf, type ToolBlock } from "../blocks.ts";
import type { Ask, AskedRequest, AskProblem, Frame, MockDialect, Reply, WireError } from "../dialect.ts";
import { bodyFraming, endMark, lineFraming } from "../framing.ts";
import { listOf, type Members, membersOf, numberOf } from "../json-value.ts";
import { countPrompt, lastText, type Prompt, readTurn, type Turn } from "../prompt.ts";

const lateError = '{"error":"an error was encountered while running the model: unexpected EOF"}';
const lines = lineFraming({ "content-type": "application/x-ndjson" }, lateError);
const whole = bodyFraming({ "content-type": "application/json; charset=utf-8" }, lateError);

export const ollamaChat: MockDialect = {
  name: "ollama-chat",
  claims: ({ method, path }) => method === "POST" && path === "/api/chat",
  readAsk: readOllamaAsk,
  countPrompt: ({ request }) => countPrompt(readPrompt(request.body)),
  framing: ({ form }) => (form === "stream" ? lines : whole),
  writeStream: writeLines,
  writeBody: (_ask, reply) => {
    const blocks = readBlocks(reply);
    return Buffer.from(JSON.stringify({ ...topOf(reply), message: messageOf(blocks), ...endOf(reply) }));
  },
  writeError: writeOllamaError,
  unknownModel: (model) => ({
    status: 404,
    message: `model "${model}" not found, try pulling it first`,
    param: null,
    code: null,
  }),
};

function readOllamaAsk(request: AskedRequest): Ask | AskProblem {
  const { model, stream, options, tools } = membersOf(request.body);
  if (typeof model !== "string") {
    return { status: 400, message: "model is required", param: null, code: null };
  }
  const { turns } = readPrompt(request.body);
  return {
    request,
    model,
    form: stream === false ? "body" : "stream",
    text: lastText(turns),
    role: turns.at(-1)?.role ?? "",
    choices: 1,
    maxTokens: numberOf(membersOf(options).num_predict),
    wantsUsage: true,
    tools: listOf(tools).map((tool) => {
      const { name, parameters } = membersOf(membersOf(tool).function);
      return { name: String(name), parameters };
    }),
    demandedTool: undefined,
  };
}

function readPrompt(body: unknown): Prompt {
  const { messages, tools } = membersOf(body);
  return { turns: listOf(messages).map((message) => readMessage(membersOf(message))), tools };
}

function readMessage({ role, content, images, tool_calls: calls }: Members): Turn {
  const turn = readTurn(String(role), typeof content === "string" ? [content] : [], () => false);
  return { ...turn, media: listOf(images).length, structures: calls === undefined ? [] : [calls] };
}

function writeLines(_ask: Ask, reply: Reply): Frame[] {
  const line = (value: object, tokens: number): Frame => ({
    bytes: Buffer.from(`${JSON.stringify(value)}\n`),
    tokens,
    isEndMark: false,
  });
  const frames = readBlocks(reply).flatMap((block) => {
    // Words come one by one; a call comes whole.
    const steps =
      block.kind === "tool" ? [block] : block.parts.map((part): Block => ({ ...block, parts: [part] }));
    const tokens = block.kind === "tool" ? block.parts.length + 1 : 1;
    return steps.map((step) =>
      line({ ...topOf(reply), message: messageOf([step]), done: false, ...reply.extra }, tokens),
    );
  });
  return [...frames, endMark(line({ ...topOf(reply), message: messageOf([]), ...endOf(reply) }, 0))];
}

function readBlocks({ choices }: Reply): Block[] {
  return blocksOf(choices[0]?.pieces ?? []);
}

function messageOf(blocks: readonly Block[]) {
  const calls = blocks.filter((block): block is ToolBlock => block.kind === "tool");
  const thought = textOf(blocks, "reasoning");
  return {
    role: "assistant",
    content: textOf(blocks, "text") + textOf(blocks, "refusal"),
    ...(thought === "" ? {} : { thinking: thought }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(callOf) }),
  };
}

function textOf(blocks: readonly Block[], kind: Block["kind"]): string {
  return blocks.flatMap((block) => (block.kind === kind ? block.parts : [])).join("");
}

function callOf(block: ToolBlock) {
  return { function: { name: block.name, arguments: argumentsOf(block) } };
}

function topOf({ model, created }: Reply) {
  return { model, created_at: new Date(created * 1_000).toISOString() };
}

function endOf({ usage, choices, extra }: Reply) {
  const counts = usage && {
    prompt_eval_count: usage.promptTokens,
    prompt_eval_duration: 175_861_000,
    eval_count: usage.completionTokens,
    eval_duration: 2_127_200_000,
  };
  const finish = choices[0]?.finish ?? "stop";
  return {
    done_reason: finish === "tool_calls" ? "stop" : finish,
    done: true,
    total_duration: 10_386_172_208,
    load_duration: 8_078_850_750,
    ...counts,
    ...extra,
  };
}

function writeOllamaError(status: number, problem?: AskProblem): WireError {
  const message = problem?.message ?? `the request failed with status ${status}`;
  return {
    headers: { "content-type": "application/json; charset=utf-8" },
    body: Buffer.from(JSON.stringify({ error: message })),
  };
}
