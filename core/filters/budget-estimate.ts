// Owns the most an attempt can use before it is sent: its input, at the dearest price. Knows no limit and no
// store.

import type { Call, Operation } from "../contracts/dialect.ts";
import type { Attempt } from "../contracts/exchange.ts";
import { type Draw, noUnits, type Units } from "../contracts/limit.ts";
import type { Price } from "../contracts/price.ts";
import { boundCost } from "../prices/bound.ts";
import type { TokenCounter } from "../tokenizer/counter.ts";
import { promptOf } from "../tokenizer/prompt.ts";
import { vendorTokens } from "../tokenizer/vendors.ts";

/** What the policy knows of a target's model. */
export interface ModelFacts {
  readonly contextTokens: number | undefined;
  readonly outputTokensMax: number | undefined;
  readonly unboundedInput: "refuse" | "context";
}

/** A model works on it and makes as much as it likes. */
const isOpenEnded: ReadonlySet<Operation> = new Set(["chat", "completion"]);
/** Where neither the call nor the policy says how much a model makes at most. */
const outputTokensDefault = 16_384;
/** What a picture costs at most is each vendor's secret: OpenAI's dearest is 48,169 (gpt-4o-mini, 4 × 2048). */
const mediaTokensMax = 50_000;
/** Counted by a tokenizer that may not be the vendor's own. */
const countMargin = 1.1;

/** No token is shorter than a byte, so a body has no more tokens than bytes. Undefined: nobody can know. */
export function boundInput(call: Call, model: string | undefined, facts: ModelFacts): number | undefined {
  const { body, texts, media, references, hostedTools } = call;
  const isBounded = references.length === 0 && hostedTools.length === 0;
  if (!isBounded) return facts.unboundedInput === "context" ? facts.contextTokens : undefined;
  const hasTools = texts.some(({ kind }) => kind === "tool.definition");
  const ofTools = hasTools ? vendorTokens(model).toolsTokens : 0;
  const loose = body.length + ofTools + media.length * mediaTokensMax;
  return Math.min(loose, facts.contextTokens ?? loose);
}

/** Nearer to the truth and dearer to know; undefined: it cannot be counted now. */
export async function countInput(
  call: Call,
  model: string | undefined,
  counter: Pick<TokenCounter, "count">,
): Promise<number | undefined> {
  if (call.media.length + call.references.length + call.hostedTools.length > 0) return undefined;
  const { texts, extraTokens } = promptOf(call);
  const counted = await counter.count([texts]);
  const tokens = counted?.[0];
  if (tokens === undefined) return undefined;
  const vendor = vendorTokens(model);
  return Math.ceil(tokens * vendor.factor * countMargin) + extraTokens(vendor);
}

export function drawOf(attempt: Attempt, inputTokens: number, price: Price | undefined): Draw {
  const { exchange, target } = attempt;
  const isRepeat = exchange.attempts.some((other) => other !== attempt && other.hasReachedUpstream);
  const bound = price === undefined ? { inputNanoUsd: 0, outputNanoUsd: 0 } : boundCost(inputTokens, price);
  return { exchange, isRepeat, provider: target.name, inputTokens, price, ...bound };
}

/** The most the model can make. The least is up to the limits. */
export function outputMax(call: Call, { outputTokensMax }: ModelFacts): number {
  if (!isOpenEnded.has(call.operation)) return 0;
  const { outputTokensMax: asked = 0 } = call;
  // Less than one says nothing: to some vendors it means without end.
  const most = Math.min(
    asked >= 1 ? asked : Number.POSITIVE_INFINITY,
    outputTokensMax ?? Number.POSITIVE_INFINITY,
  );
  return Number.isFinite(most) ? most : outputTokensDefault;
}

/** Whether the upstream stops there by itself. */
export function isOutputBounded({ outputTokensMax: asked = 0 }: Call, facts: ModelFacts): boolean {
  return asked >= 1 || facts.outputTokensMax !== undefined;
}

/** COMPATIBILITY: output reserve min(1024, a quarter of the total). */
const reserveTokens = 1024;

/** `quarters`: of each counter's limit, in tokens. */
export function unitsFor(max: number, quarters: readonly number[]): Units {
  if (max === 0 || quarters.length === 0) return noUnits;
  return { min: Math.max(Math.min(max, reserveTokens, ...quarters), 1), max };
}
