// Owns answers as OpenAI's Responses API writes them: every text in pieces, then whole, again and again.
// Knows no dialect's code.

import type { JsonValue } from "../../../../../core/contracts/dialect.ts";
import { openAiResponses } from "../../../../../core/dialects/openai-responses.ts";
import { type ArgsForm, argsPieces, argsText, event, type Say, textOf, tokens, type Wire } from "./wire.ts";

interface Node {
  readonly [name: string]: JsonValue;
}
/** Type and members of an event. */
type Event = readonly [type: string, members: Node];

const usage = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 21,
  output_tokens_details: { reasoning_tokens: 4 },
  total_tokens: 30,
};
const response = (status: string, output: JsonValue[], more: Node = {}): Node => ({
  id: "resp_1",
  object: "response",
  created_at: 1_700_000_000,
  status,
  model: "m",
  output,
  usage: null,
  ...more,
});

const ids = { reasoning: "rs_1", text: "msg_1", "tool.args": "fc_1" } as const;

function item(say: Say, status: "in_progress" | "completed", form: ArgsForm): Node {
  const isDone = status === "completed";
  const id = ids[say.kind];
  const text = textOf(say);
  if (say.kind === "reasoning") {
    return { id, type: "reasoning", summary: isDone ? [{ type: "summary_text", text }] : [] };
  }
  if (say.kind === "tool.args") {
    const args = isDone ? argsText(say, form) : "";
    return { id, type: "function_call", status, arguments: args, call_id: "call_1", name: "search" };
  }
  const part = { type: "output_text", annotations: [], logprobs: tokens(text), text };
  return { id, type: "message", status, content: isDone ? [part] : [], role: "assistant" };
}

function textEvents(say: Say, output_index: number): readonly Event[] {
  const isText = say.kind === "text";
  const index = isText ? { content_index: 0 } : { summary_index: 0 };
  const place = { item_id: ids[say.kind], output_index, ...index };
  const [ofText, ofPart] = isText
    ? ["response.output_text", "response.content_part"]
    : ["response.reasoning_summary_text", "response.reasoning_summary_part"];
  const part = (text: string): Node =>
    isText
      ? { type: "output_text", annotations: [], logprobs: text === "" ? [] : tokens(text), text }
      : { type: "summary_text", text };
  const proof = (text: string): Node => (isText ? { logprobs: tokens(text) } : {});
  const text = textOf(say);
  return [
    [`${ofPart}.added`, { ...place, part: part("") }],
    ...say.pieces.map((delta): Event => [`${ofText}.delta`, { ...place, delta, ...proof(delta) }]),
    [`${ofText}.done`, { ...place, text, ...proof(text) }],
    [`${ofPart}.done`, { ...place, part: part(text) }],
  ];
}

function callEvents(say: Say, output_index: number, form: ArgsForm): readonly Event[] {
  const place = { item_id: ids[say.kind], output_index };
  const type = "response.function_call_arguments";
  return [
    ...argsPieces(say, form).map((delta): Event => [`${type}.delta`, { ...place, delta }]),
    [`${type}.done`, { ...place, arguments: argsText(say, form) }],
  ];
}

function itemEvents(say: Say, output_index: number, form: ArgsForm): readonly Event[] {
  const said = say.kind === "tool.args" ? callEvents(say, output_index, form) : textEvents(say, output_index);
  return [
    ["response.output_item.added", { output_index, item: item(say, "in_progress", form) }],
    ...said,
    ["response.output_item.done", { output_index, item: item(say, "completed", form) }],
  ];
}

export const responsesWire: Wire = {
  name: "openai-responses",
  dialect: openAiResponses,
  place: "sidecar",
  kinds: ["text", "reasoning", "tool.args"],
  choicesMax: 1,
  streamType: "text/event-stream",
  wholeType: "application/json",
  stream(said, form) {
    const output = said.map((say) => item(say, "completed", form));
    const events: readonly Event[] = [
      ["response.created", { response: response("in_progress", []) }],
      ["response.in_progress", { response: response("in_progress", []) }],
      ...said.flatMap((say, at) => itemEvents(say, at, form)),
      ["response.completed", { response: response("completed", output, { usage }) }],
    ];
    const bytes = events.map(([type, members], at) => event({ type, sequence_number: at, ...members }, type));
    return Buffer.from(bytes.join(""));
  },
  whole(said, form) {
    const output = said.map((say) => item(say, "completed", form));
    return Buffer.from(JSON.stringify(response("completed", output, { usage })));
  },
  asked: {
    path: () => "/v1/responses",
    body: ({ system, user, query, result }, how) => ({
      model: "m",
      instructions: system,
      input: [
        { role: "user", content: [{ type: "input_text", text: user }] },
        { type: "function_call", call_id: "call_1", name: "search", arguments: JSON.stringify({ query }) },
        { type: "function_call_output", call_id: "call_1", output: result },
      ],
      stream: how === "stream",
    }),
  },
};
