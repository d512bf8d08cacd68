// Owns how much a model is to think, in Anthropic's words and in everybody's. Knows no message.

import type { Conversation, ReasoningWish } from "../../contracts/conversation.ts";
import { isObject, type JsonObject } from "../../text/json.ts";

type Effort = NonNullable<ReasoningWish["effort"]>;

const efforts = new Set<unknown>(["low", "medium", "high", "xhigh"]);

/** Tokens of thought an effort stands for, where a model takes tokens. */
const budgets: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
};

/** Anthropic's own bound. */
export const budgetMin = 1024;

/** What is left for the answer where nobody says how long it may be; Anthropic has no default of its own. */
export const outputTokensDefault = 4096;

/** These think by a budget; those after them decide themselves, and refuse one. */
const thinksByBudget = /claude-(?:3-7|(?:opus|sonnet|haiku)-4(?:-[0-5])?(?!-?\d{1,2}(?!\d)))/;

export function readThinking({ thinking, output_config: config }: JsonObject): ReasoningWish | undefined {
  const said = isObject(config) ? config.effort : undefined;
  const effort = said === "max" ? "xhigh" : efforts.has(said) ? (said as Effort) : undefined;
  const { type = undefined, budget_tokens: budget = undefined } = isObject(thinking) ? thinking : {};
  if (type === "disabled") return { effort: "none", tokensMax: undefined };
  if (typeof budget === "number") return { effort, tokensMax: budget };
  return effort === undefined && type === undefined ? undefined : { effort, tokensMax: undefined };
}

/** The fields that ask for it, the answer's length among them: thoughts count towards it. */
export function writeThinking(conversation: Conversation, model: string): JsonObject {
  const { reasoning, outputTokensMax } = conversation;
  const plain = { max_tokens: outputTokensMax ?? outputTokensDefault };
  if (reasoning === undefined || !canThink(conversation)) return plain;
  const { effort, tokensMax } = reasoning;
  if (effort === "none") return plain;
  if (!thinksByBudget.test(model)) {
    const wish =
      effort === undefined ? {} : { output_config: { effort: effort === "minimal" ? "low" : effort } };
    return { ...plain, thinking: { type: "adaptive" }, ...wish };
  }
  const wished = Math.max(budgetMin, tokensMax ?? budgets[effort ?? "medium"]);
  const budget = Math.min(wished, (outputTokensMax ?? Number.POSITIVE_INFINITY) - 1);
  if (budget < budgetMin) return plain;
  const thinking = { type: "enabled", budget_tokens: budget };
  return { max_tokens: outputTokensMax ?? budget + outputTokensDefault, thinking };
}

/**
 * Anthropic refuses to think where a tool is demanded, where its sampling is set, and after calls without the
 * proof of what it thought before them. There the wish is left out: it is one, and the rest is not.
 */
function canThink({ messages, toolChoice, sampling }: Conversation): boolean {
  const { temperature = 1, topP = 1, topK } = sampling;
  if (toolChoice?.kind === "tool" || toolChoice?.kind === "required") return false;
  if (temperature !== 1 || topP < 0.95 || topK !== undefined) return false;
  return messages.every(({ parts }) => {
    const hasCalls = parts.some(({ kind }) => kind === "tool_call");
    return !hasCalls || parts.some((part) => part.kind === "reasoning" && part.signature !== undefined);
  });
}
