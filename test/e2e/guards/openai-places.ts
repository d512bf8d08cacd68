// Owns the places for a text in OpenAI's bodies. Knows no guard.

import { id, inRequest, inResult, name, type Places } from "./place.ts";

const schema = { type: "object", properties: { about: { type: "string" } } };
const chatCall = { id, type: "function", function: { name, arguments: '{"about":"the town"}' } };

export function chatPlaces(model: string): Places {
  const asked = (...messages: object[]) => ({ model, messages });
  const hello = { role: "user", content: "hello" };
  return {
    user: inRequest((content) => asked({ role: "user", content })),
    "an earlier message": inRequest((content) => asked({ role: "user", content }, hello)),
    "a part": inRequest((text) => asked({ role: "user", content: [{ type: "text", text }] })),
    "a part of an unknown type": inRequest((text) =>
      asked({ role: "user", content: [{ type: "memo", memo: { text } }] }),
    ),
    "a document": inRequest((text) => ({ ...asked(hello), documents: [{ data: { text } }] })),
    "what a template is given": inRequest((text) => ({
      ...asked(hello),
      chat_template_kwargs: { custom: [text] },
    })),
    "a tool's description": inRequest((description) => ({
      ...asked(hello),
      tools: [{ type: "function", function: { name, description, parameters: schema } }],
    })),
    "a tool's result": inResult((content) =>
      asked(
        hello,
        { role: "assistant", content: null, tool_calls: [chatCall] },
        { role: "tool", tool_call_id: id, content },
      ),
    ),
    "a part of a tool's result": inResult((text) =>
      asked(
        hello,
        { role: "assistant", content: null, tool_calls: [chatCall] },
        { role: "tool", tool_call_id: id, content: [{ type: "text", text }] },
      ),
    ),
    "a function's result": inResult((content) =>
      asked(
        hello,
        { role: "assistant", content: null, function_call: chatCall.function },
        { role: "function", name, content },
      ),
    ),
  };
}

export function responsesPlaces(model: string): Places {
  const asked = (input: unknown) => ({ model, input, store: false });
  const call = { type: "function_call", call_id: id, name, arguments: "{}" };
  return {
    "the input": inRequest(asked),
    user: inRequest((content) => asked([{ role: "user", content }])),
    "a part": inRequest((text) => asked([{ role: "user", content: [{ type: "input_text", text }] }])),
    "an earlier answer": inRequest((text) =>
      asked([
        { type: "message", role: "assistant", content: [{ type: "output_text", text }] },
        { role: "user", content: "hello" },
      ]),
    ),
    instructions: inRequest((instructions) => ({ ...asked("hello"), instructions })),
    "a tool's result": inResult((output) =>
      asked([call, { type: "function_call_output", call_id: id, output }]),
    ),
    "a part of a tool's result": inResult((text) =>
      asked([call, { type: "function_call_output", call_id: id, output: [{ type: "input_text", text }] }]),
    ),
    "a custom tool's result": inResult((output) =>
      asked([
        { type: "custom_tool_call", call_id: id, name, input: "x" },
        { type: "custom_tool_call_output", call_id: id, output },
      ]),
    ),
  };
}
