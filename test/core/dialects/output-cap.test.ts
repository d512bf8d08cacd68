// Owns the proof that any call can be held to what was reserved for it, and nothing else of it changes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call, Dialect, JsonValue, RequestHead } from "../../../core/contracts/dialect.ts";
import type { Refusal } from "../../../core/contracts/refusal.ts";
import { anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { azureChat } from "../../../core/dialects/azure-deployments.ts";
import { bedrockConverse } from "../../../core/dialects/bedrock-converse.ts";
import { bedrockInvoke } from "../../../core/dialects/bedrock-invoke.ts";
import { gemini } from "../../../core/dialects/gemini.ts";
import { ollamaChat, ollamaGenerate } from "../../../core/dialects/ollama.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { openAiCompletions } from "../../../core/dialects/openai-completions.ts";
import { openAiCompactions, openAiResponses } from "../../../core/dialects/openai-responses.ts";

type Body = { [name: string]: JsonValue };

const head = (path: string): RequestHead => ({ method: "POST", path, query: "", headers: {} });
const paths = new Map<Dialect, string>([
  [azureChat, "/openai/deployments/m/chat/completions"],
  [bedrockConverse, "/model/m/converse"],
  [bedrockInvoke, "/model/m/invoke"],
  [gemini, "/v1beta/models/m:generateContent"],
]);
const headOf = (dialect: Dialect) => head(paths.get(dialect) ?? "/v1/any");

function read(dialect: Dialect, body: Body): Call {
  const call = dialect.readCall(Buffer.from(JSON.stringify(body)), headOf(dialect));
  if (call.kind === "refusal") throw new Error(call.message);
  return call;
}

/** What the upstream reads once the call is held to so many tokens. */
function hold(dialect: Dialect, body: Body, [tokens, model]: readonly [number, string?]): Body {
  const call = read(dialect, body);
  const edits = dialect.capOutput?.(call, tokens, model);
  if (edits === undefined || "code" in edits) throw new Error(JSON.stringify(edits));
  const written = dialect.writeCall({ ...call, edits: new Map(edits) }, headOf(dialect), undefined);
  return JSON.parse(written.body.toString());
}

function refusal(dialect: Dialect, body: Body, tokens: number): Refusal {
  const said = dialect.capOutput?.(read(dialect, body), tokens, "m");
  if (said === undefined || !("code" in said)) throw new Error("not refused");
  return said;
}

const messages: JsonValue = [{ role: "user", content: "hi" }];
const chat = { model: "m", messages };
const completion = { model: "m", prompt: "p" };
const converse = { messages: [{ role: "user", content: [{ text: "hi" }] }] };
const anthropic = { anthropic_version: "bedrock-2023-05-31", messages };
const contents = { contents: [{ parts: [{ text: "hi" }] }] };
const response = { model: "m", input: "hi" };
const thinking = (budget: number) => ({ thinking: { type: "enabled", budget_tokens: budget } });

type Case = readonly [string, Dialect, Body, Body];

/** What is asked for and what of it differs, at 90 tokens. */
const cases: readonly Case[] = [
  ["no length", openAiChat, chat, { max_tokens: 90 }],
  ["null", openAiChat, { ...chat, max_tokens: null, n: null }, { max_tokens: 90 }],
  ["the older field", openAiChat, { ...chat, max_tokens: 91 }, { max_tokens: 90 }],
  ["less", openAiChat, { ...chat, max_tokens: 90 }, {}],
  ["none at all", openAiChat, { ...chat, max_completion_tokens: 0 }, { max_completion_tokens: 90 }],
  [
    "both fields",
    openAiChat,
    { ...chat, max_tokens: 5, max_completion_tokens: 2 ** 53 - 1 },
    { max_completion_tokens: 90 },
  ],
  ["choices", openAiChat, { ...chat, n: 4 }, { max_tokens: 22 }],
  [
    "thoughts the way of others",
    openAiChat,
    { ...chat, reasoning: { max_tokens: 90 }, ...thinking(100) },
    { max_tokens: 90, reasoning: { max_tokens: 45 }, ...thinking(45) },
  ],
  ["a deployment of an unknown model", azureChat, chat, { max_completion_tokens: 90 }],
  ["no length", openAiCompletions, completion, { max_tokens: 90 }],
  [
    "prompts and choices",
    openAiCompletions,
    { ...completion, prompt: ["a", "b"], n: 2, best_of: 5, max_tokens: 100 },
    { max_tokens: 9 },
  ],
  ["no length", openAiResponses, response, { max_output_tokens: 90 }],
  ["more", openAiResponses, { ...response, max_output_tokens: 91 }, { max_output_tokens: 90 }],
  ["no length", anthropicMessages, chat, { max_tokens: 90 }],
  ["more", anthropicMessages, { ...chat, max_tokens: 4096 }, { max_tokens: 90 }],
  ["thoughts that fit", anthropicMessages, { ...chat, ...thinking(89) }, { max_tokens: 90 }],
  ["no length", gemini, contents, { generationConfig: { maxOutputTokens: 90 } }],
  [
    "null in the other spelling",
    gemini,
    { ...contents, generation_config: null },
    { generation_config: { maxOutputTokens: 90 } },
  ],
  [
    "candidates, and a number as text",
    gemini,
    { ...contents, generation_config: { candidate_count: 2, max_output_tokens: "46" } },
    { generation_config: { candidate_count: 2, max_output_tokens: 45 } },
  ],
  [
    "thoughts",
    gemini,
    { ...contents, generationConfig: { thinkingConfig: { thinkingBudget: 8192 } } },
    { generationConfig: { maxOutputTokens: 90, thinkingConfig: { thinkingBudget: 512 } } },
  ],
  [
    "as many thoughts as the model likes",
    gemini,
    { ...contents, generationConfig: { maxOutputTokens: 9, thinkingConfig: { thinkingBudget: -1 } } },
    {},
  ],
  ["no length", bedrockConverse, converse, { inferenceConfig: { maxTokens: 90 } }],
  [
    "null",
    bedrockConverse,
    { ...converse, inferenceConfig: { maxTokens: null } },
    { inferenceConfig: { maxTokens: 90 } },
  ],
  [
    "a model's own fields",
    bedrockConverse,
    { ...converse, additionalModelRequestFields: { max_tokens: 99, inferenceConfig: { maxTokens: 9 } } },
    { additionalModelRequestFields: { max_tokens: 90, inferenceConfig: { maxTokens: 9 } } },
  ],
  ["Anthropic's body", bedrockInvoke, anthropic, { max_tokens: 90 }],
  ["Nova's body", bedrockInvoke, converse, { inferenceConfig: { maxTokens: 90 } }],
  [
    "Nova's older name",
    bedrockInvoke,
    { ...converse, inferenceConfig: { max_new_tokens: 100 } },
    { inferenceConfig: { max_new_tokens: 90 } },
  ],
  ["no length", ollamaChat, chat, { options: { num_predict: 90 } }],
  ["no end", ollamaChat, { ...chat, options: { num_predict: -1 } }, { options: { num_predict: 90 } }],
  ["all that fits", ollamaGenerate, { ...completion, options: null }, { options: { num_predict: 90 } }],
  ["less", ollamaGenerate, { ...completion, options: { num_predict: 3, seed: 1 } }, {}],
];

describe("a call that is held to less than it asks for", () => {
  it.each(cases)("%s", (_what, dialect, body, changed) => {
    const held = hold(dialect, body, [90, "m"]);
    expect(held).toEqual({ ...body, ...changed });
    expect(hold(dialect, held, [90, "m"])).toEqual(held);
  });

  it("keeps half of the cap for the answer where thoughts count towards it", () => {
    expect(hold(anthropicMessages, { ...chat, ...thinking(8000) }, [6000])).toMatchObject(thinking(3000));
    expect(hold(anthropicMessages, { ...chat, ...thinking(8000) }, [1500])).toMatchObject(thinking(1024));
    expect(hold(anthropicMessages, { ...chat, ...thinking(1400) }, [1500])).toMatchObject(thinking(1400));
    expect(hold(bedrockInvoke, { ...anthropic, ...thinking(8000) }, [1500])).toMatchObject(thinking(1024));
    const more = { additionalModelRequestFields: { reasoning_config: { budget_tokens: 8000 } } };
    expect(hold(bedrockConverse, { ...converse, ...more }, [6000])).toMatchObject({
      additionalModelRequestFields: { reasoning_config: { budget_tokens: 3000 } },
    });
  });

  it.each([
    [anthropicMessages, { ...chat, ...thinking(1024) }, 1024, "thinking.budget_tokens"],
    [bedrockInvoke, { ...anthropic, ...thinking(4096) }, 1024, "thinking.budget_tokens"],
    [
      bedrockConverse,
      { ...converse, additionalModelRequestFields: thinking(2048) },
      1000,
      "additionalModelRequestFields.thinking.budget_tokens",
    ],
    [openAiChat, { ...chat, n: 4 }, 3, "n"],
    [openAiCompletions, { ...completion, best_of: 4 }, 3, "n"],
    [gemini, { ...contents, generationConfig: { candidateCount: 2 } }, 1, "generationConfig.candidateCount"],
    [openAiResponses, response, 15, "max_output_tokens"],
  ] as const)("is refused by name where the vendor takes no so few: %#", (dialect, body, tokens, field) => {
    const { code, message } = refusal(dialect, body, tokens);
    expect(code).toBe("budget_exceeded");
    expect(message).toContain(`\`${field}\``);
  });

  it("is refused where nothing bounds it", () => {
    expect(refusal(openAiCompactions, response, 90).code).toBe("budget_exceeded");
    expect(refusal(bedrockConverse, { promptVariables: {} }, 90).code).toBe("budget_exceeded");
  });

  it.each([
    ["gpt-4o", "max_completion_tokens"],
    ["gpt-5.1", "max_completion_tokens"],
    ["o4-mini", "max_completion_tokens"],
    ["ft:gpt-4o-mini:me", "max_completion_tokens"],
    ["gpt-oss:20b", "max_tokens"],
    ["mistral-large-latest", "max_tokens"],
    ["meta-llama/Llama-4", "max_tokens"],
  ])("is asked in the field that %s takes", (model, field) => {
    expect(hold(openAiChat, chat, [90, model])).toEqual({ ...chat, [field]: 90 });
  });

  it("is asked in the field that Azure's deployments take, and that elsewhere", () => {
    expect(hold(azureChat, chat, [90, "my-gpt-4o"])).toMatchObject({ max_tokens: 90 });
    expect(hold(azureChat, chat, [90, "prod"])).toMatchObject({ max_completion_tokens: 90 });
    expect(azureChat.elsewhere?.capOutput).toBe(openAiChat.capOutput);
  });

  it("stays as short as OpenAI makes a completion that does not say", () => {
    expect(hold(openAiCompletions, completion, [90, "gpt-3.5-turbo-instruct"]).max_tokens).toBe(16);
    expect(hold(openAiCompletions, completion, [9, "gpt-3.5-turbo-instruct"]).max_tokens).toBe(9);
  });

  const lengths = fc.constantFrom<JsonValue>(null, 0, 1, 89, 90, 91, 4096, 2 ** 53 - 1);
  const counts = fc.constantFrom<JsonValue>(null, 1, 2, 7);

  it("asks for no more than that, whatever it said before, and for the rest byte by byte", () => {
    const asked = fc.record({ a: lengths, b: lengths, n: counts, tokens: fc.nat({ max: 500 }) });
    fc.assert(
      fc.property(asked, ({ a, b, n, tokens }) => {
        for (const [dialect, body] of [
          [openAiChat, { ...chat, max_tokens: a, max_completion_tokens: b, n }],
          [openAiCompletions, { ...completion, max_tokens: a, n, best_of: n }],
          [openAiResponses, { ...response, max_output_tokens: a }],
          [anthropicMessages, { ...chat, max_tokens: a }],
          [gemini, { ...contents, generationConfig: { maxOutputTokens: a, candidateCount: n } }],
          [bedrockConverse, { ...converse, inferenceConfig: { maxTokens: a, max_tokens: b } }],
          [bedrockInvoke, { ...anthropic, max_tokens: a }],
          [ollamaChat, { ...chat, options: { num_predict: a, x: 1 } }],
        ] as const) {
          const call = read(dialect, { ...body, z: "1" });
          const edits = dialect.capOutput?.(call, tokens + 1, "m") ?? [];
          if ("code" in edits) continue;
          const { body: out } = dialect.writeCall(
            { ...call, edits: new Map(edits) },
            headOf(dialect),
            undefined,
          );
          const again = dialect.readCall(out, headOf(dialect)) as Call;
          expect(again.outputTokensMax).toBeLessThanOrEqual(tokens + 1);
          expect(dialect.capOutput?.(again, tokens + 1, "m")).toEqual([]);
          if (edits.length === 0) expect(out).toBe(call.body);
        }
      }),
    );
  });
});

it("a length of 0, of less, or of none is no bound", () => {
  const max = (dialect: Dialect, body: Body) => read(dialect, body).outputTokensMax;
  expect(max(anthropicMessages, { ...chat, max_tokens: 0 })).toBeUndefined();
  expect(max(openAiResponses, { ...response, max_output_tokens: 0 })).toBeUndefined();
  expect(max(openAiCompletions, { ...completion, max_tokens: null })).toBeUndefined();
  expect(max(gemini, { ...contents, generationConfig: { maxOutputTokens: 0 } })).toBeUndefined();
  expect(max(bedrockConverse, { ...converse, inferenceConfig: { maxTokens: 0 } })).toBeUndefined();
  for (const length of [-2, -1, 0, null])
    expect(max(ollamaChat, { ...chat, options: { num_predict: length } })).toBeUndefined();
});
