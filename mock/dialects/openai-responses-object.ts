// Owns the response object of OpenAI's Responses and the items of its output; knows no framing.

import { type Block, blocksOf, signatureOf } from "../blocks.ts";
import type { Ask, Reply, Usage } from "../dialect.ts";
import { membersOf } from "../json-value.ts";

export type ResponseStatus = "queued" | "in_progress" | "completed" | "incomplete" | "cancelled";

const incompleteReasons: Readonly<Record<string, string>> = {
  length: "max_output_tokens",
  content_filter: "content_filter",
};

export function endStatus({ choices }: Reply): "completed" | "incomplete" {
  return Object.hasOwn(incompleteReasons, choices[0]?.finish ?? "") ? "incomplete" : "completed";
}

/** Output and usage stand in it only once it has ended. */
export function responseObject(ask: Ask, reply: Reply, status: ResponseStatus) {
  const hasEnded = status === "completed" || status === "incomplete";
  const reason = incompleteReasons[reply.choices[0]?.finish ?? ""];
  return {
    ...identityOf(ask, reply),
    status,
    completed_at: status === "completed" ? reply.created + 1 : null,
    error: null,
    incomplete_details: status === "incomplete" ? { reason } : null,
    output: hasEnded ? itemsOf(reply) : [],
    usage: hasEnded && reply.usage !== undefined ? usageOf(reply.usage) : null,
    ...echoOf(ask),
    ...reply.extra,
  };
}

function identityOf({ keeps }: Ask, { id, created, model }: Reply) {
  const background = keeps === "in-background";
  return { id: `resp_${id}`, object: "response", created_at: created, model, background };
}

/** The request's own settings, said again. */
function echoOf({ request, keeps }: Ask) {
  const asked = membersOf(request.body);
  return {
    instructions: asked.instructions ?? null,
    max_output_tokens: asked.max_output_tokens ?? null,
    max_tool_calls: asked.max_tool_calls ?? null,
    parallel_tool_calls: asked.parallel_tool_calls ?? true,
    previous_response_id: asked.previous_response_id ?? null,
    reasoning: { effort: null, summary: null, ...membersOf(asked.reasoning) },
    service_tier: "default",
    store: keeps !== undefined,
    temperature: asked.temperature ?? 1,
    text: { format: { type: "text" }, verbosity: "medium", ...membersOf(asked.text) },
    tool_choice: asked.tool_choice ?? "auto",
    tools: asked.tools ?? [],
    top_logprobs: 0,
    top_p: asked.top_p ?? 1,
    truncation: asked.truncation ?? "disabled",
    user: asked.user ?? null,
    metadata: asked.metadata ?? {},
  };
}

export function itemsOf(reply: Reply) {
  const blocks = blocksOf(reply.choices[0]?.pieces ?? []);
  return blocks.map((block, index) => itemOf(block, `${reply.id}${index}`, "completed"));
}

/** One item of the output; while it is in progress it holds nothing yet. */
export function itemOf(block: Block, id: string, status: "in_progress" | "completed") {
  const said = status === "completed" ? block.parts.join("") : "";
  switch (block.kind) {
    case "reasoning": {
      const summary = status === "completed" ? [partOf(block.kind, said)] : [];
      return { id: `rs_${id}`, type: "reasoning", summary, encrypted_content: signatureOf(id) };
    }
    case "tool": {
      const called = { call_id: `call_${block.id}`, name: block.name, arguments: said };
      return { id: `fc_${id}`, type: "function_call", status, ...called };
    }
    default: {
      const content = status === "completed" ? [partOf(block.kind, said)] : [];
      return { id: `msg_${id}`, type: "message", status, role: "assistant", content };
    }
  }
}

export function partOf(kind: "reasoning" | "text" | "refusal", text: string) {
  switch (kind) {
    case "reasoning":
      return { type: "summary_text", text };
    case "refusal":
      return { type: "refusal", refusal: text };
    case "text":
      return { type: "output_text", text, annotations: [], logprobs: [] };
  }
}

function usageOf(usage: Usage) {
  return {
    input_tokens: usage.promptTokens,
    input_tokens_details: {
      cached_tokens: usage.cachedTokens,
      ...(usage.cacheWriteTokens === 0 ? {} : { cache_write_tokens: usage.cacheWriteTokens }),
    },
    output_tokens: usage.completionTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.totalTokens,
  };
}
