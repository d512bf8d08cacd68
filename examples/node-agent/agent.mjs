// Owns an example agent: the official openai SDK, one local tool, a small HTTP API. Knows nothing of Sluice.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import OpenAI, { APIError } from "openai";

const bodyBytesMax = 1024 * 1024;
const model = process.env.AGENT_MODEL || "gpt-4o";
/** Headers of the request it works on that it passes on with its LLM calls; an empty list: none. */
const passedOn = (process.env.FORWARD_HEADERS ?? "traceparent,x-task-id").split(",").filter(Boolean);
/** OPENAI_BASE_URL and OPENAI_API_KEY are read by the SDK itself. */
const openai = new OpenAI({ logLevel: "off" });

const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather in a city right now",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
];
const weather = { Oslo: "4 °C, rain", Paris: "18 °C, sunny" };

/** A tool that cannot answer says so to the model, which may then do better. */
function callTool(call) {
  if (call.type !== "function" || call.function.name !== "get_weather") return "There is no such tool.";
  try {
    const { city } = JSON.parse(call.function.arguments);
    return weather[city] ?? `No weather is known for ${city}.`;
  } catch {
    return "The arguments are not JSON.";
  }
}

/** Chat → tool calls → chat, until the model has said all or a ceiling of the task is reached. */
async function run(task, work, out) {
  const messages = [{ role: "user", content: task.prompt }];
  const { max_steps: stepsMax = 10, token_budget: tokensMax = 8192 } = task;
  for (;;) {
    const { choices, usage } = await chat(messages, task, work);
    out.steps_used += 1;
    out.tokens_used += usage?.total_tokens ?? 0;
    const message = choices[0]?.message;
    out.output = message?.content ?? message?.refusal ?? out.output;
    const calls = message?.tool_calls ?? [];
    if (message === undefined || calls.length === 0) return;
    if (out.steps_used >= stepsMax) out.error = "max_steps_reached";
    if (out.tokens_used >= tokensMax) out.error = "token_budget_exceeded";
    if (out.error !== null) return;
    messages.push(message);
    for (const call of calls) {
      messages.push({ role: "tool", tool_call_id: call.id, content: callTool(call) });
      out.tool_calls += 1;
    }
  }
}

async function chat(messages, task, work) {
  const ask = { model: task.model ?? model, messages, tools };
  const { headers, signal, onText } = work;
  if (onText === undefined) return openai.chat.completions.create(ask, { headers, signal });
  const counted = { ...ask, stream_options: { include_usage: true } };
  const stream = openai.chat.completions.stream(counted, { headers, signal });
  stream.on("content", onText);
  return stream.finalChatCompletion();
}

async function answerTask(request, response) {
  const startedAt = performance.now();
  const task = readTask(await readBody(request));
  if (task === undefined)
    return send(response, 400, { error: "The body is not JSON with a text in prompt." });
  const leaving = new AbortController();
  response.once("close", () => leaving.abort());
  const write = (event) => {
    if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  const isStream = task.stream === true;
  const onText = isStream ? (delta) => write({ delta }) : undefined;
  const out = { task_id: taskId(task, request), status: "completed", output: "", ...nothingUsed };
  try {
    await run(task, { headers: headersToPassOn(request), signal: leaving.signal, onText }, out);
  } catch (error) {
    out.status = "failed";
    out.error = nameError(error);
  }
  out.duration_ms = Math.round(performance.now() - startedAt);
  if (!isStream) return send(response, 200, out);
  write(out);
  response.end();
}

const nothingUsed = { steps_used: 0, tokens_used: 0, tool_calls: 0, error: null, duration_ms: 0 };

function taskId(task, { headers }) {
  return task.id ?? headers["x-task-id"] ?? randomUUID();
}

function headersToPassOn({ headers }) {
  const found = passedOn.filter((name) => headers[name] !== undefined);
  return Object.fromEntries(found.map((name) => [name, headers[name]]));
}

/** The SDK's own class and words. */
function nameError(error) {
  if (!(error instanceof Error)) return "Error";
  const name = error instanceof APIError ? error.constructor.name : error.name;
  return `${name}: ${error.message}`;
}

function readTask(body) {
  try {
    const task = JSON.parse(body);
    return typeof task?.prompt === "string" ? task : undefined;
  } catch {
    return undefined;
  }
}

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > bodyBytesMax) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response, status, value) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

const server = createServer((request, response) => {
  const route = `${request.method} ${request.url?.split("?", 1)[0]}`;
  if (route === "GET /health") send(response, 200, { status: "ok" });
  else if (route === "POST /run") void answerTask(request, response).catch(() => response.destroy());
  else send(response, 404, { error: `There is no ${route}.` });
});

server.listen(Number(process.env.PORT || 8000), "127.0.0.1");
process.once("SIGTERM", () => server.close());
