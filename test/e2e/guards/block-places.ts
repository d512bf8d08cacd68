// Owns the places for a text in the bodies of Anthropic, Google and AWS. Knows no guard.

import { id, inRequest, inResult, name, type Places, type Wrap } from "./place.ts";

export function messagesPlaces(wrap: Wrap): Places {
  const asked = (...messages: object[]) => wrap({ max_tokens: 100, messages });
  const user = (content: unknown) => asked({ role: "user", content });
  const result = (content: unknown) =>
    asked(
      { role: "user", content: "hello" },
      { role: "assistant", content: [{ type: "tool_use", id, name, input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: id, content }] },
    );
  const document = (source: object) => ({ type: "document", title: "Notes", source });
  const plain = (data: string) => document({ type: "text", media_type: "text/plain", data });
  const found = (text: string) => ({
    type: "search_result",
    source: "https://a.example",
    title: "Found",
    content: [{ type: "text", text }],
  });
  return {
    user: inRequest(user),
    "a part": inRequest((text) => user([{ type: "text", text }])),
    system: inRequest((system) => ({ ...asked({ role: "user", content: "hello" }), system })),
    "a document": inRequest((text) => user([plain(text)])),
    "a document's block": inRequest((text) =>
      user([document({ type: "content", content: [{ type: "text", text }] })]),
    ),
    "what was found": inRequest((text) => user([found(text)])),
    "a tool's result": inResult(result),
    "a part of a tool's result": inResult((text) => result([{ type: "text", text }])),
    "a document of a tool's": inResult((text) => result([plain(text)])),
  };
}

export function geminiPlaces(wrap: Wrap = (body) => body): Places {
  const asked = (...contents: object[]) => wrap({ contents });
  const hello = { role: "user", parts: [{ text: "hello" }] };
  return {
    user: inRequest((text) => asked({ role: "user", parts: [{ text }] })),
    "nobody's": inRequest((text) => asked({ parts: [{ text }] })),
    "a second part": inRequest((text) => asked({ role: "user", parts: [{ text: "See below." }, { text }] })),
    system: inRequest((text) => wrap({ contents: [hello], systemInstruction: { parts: [{ text }] } })),
    "system, in the other spelling": inRequest((text) =>
      wrap({ contents: [hello], system_instruction: { parts: [{ text }] } }),
    ),
    "a tool's result": inResult((result) =>
      asked(
        hello,
        { role: "model", parts: [{ functionCall: { name, args: {} } }] },
        { role: "user", parts: [{ functionResponse: { name, response: { result } } }] },
      ),
    ),
    "deep in a tool's result": inResult((text) =>
      asked(hello, {
        role: "user",
        parts: [{ functionResponse: { name, response: { found: [{ pages: [{ text }] }] } } }],
      }),
    ),
    "what code gave": inResult((output) =>
      asked(hello, {
        role: "model",
        parts: [{ codeExecutionResult: { outcome: "OUTCOME_OK", output } }],
      }),
    ),
  };
}

export function conversePlaces(wrap: Wrap = (body) => body): Places {
  const asked = (...messages: object[]) => wrap({ messages });
  const user = (...content: object[]) => asked({ role: "user", content });
  const result = (content: object) =>
    asked(
      { role: "user", content: [{ text: "hello" }] },
      { role: "assistant", content: [{ toolUse: { toolUseId: id, name, input: {} } }] },
      { role: "user", content: [{ toolResult: { toolUseId: id, content: [content] } }] },
    );
  const document = (source: object) => ({ document: { name: "Notes", format: "txt", source } });
  return {
    user: inRequest((text) => user({ text })),
    "a second part": inRequest((text) => user({ text: "See below." }, { text })),
    system: inRequest((text) =>
      wrap({ system: [{ text }], messages: [{ role: "user", content: [{ text: "hello" }] }] }),
    ),
    "what AWS guards": inRequest((text) => user({ guardContent: { text: { text } } })),
    "a document": inRequest((text) => user({ text: "See this." }, document({ text }))),
    "a document's block": inRequest((text) => user({ text: "See this." }, document({ content: [{ text }] }))),
    "a tool's result": inResult((text) => result({ text })),
    "a tool's result as JSON": inResult((text) => result({ json: { found: [{ text }] } })),
    "a document of a tool's": inResult((text) => result(document({ text }))),
  };
}
