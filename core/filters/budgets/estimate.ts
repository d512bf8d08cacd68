// Owns the most an attempt can use before it is sent: its input, at the dearest price. Knows no limit and no
// store.

import type { Call } from "../../contracts/dialect.ts";
import type { Attempt, Exchange } from "../../contracts/exchange.ts";
import { type Draw, noUnits, type Units } from "../../contracts/limit.ts";
import type { Price } from "../../contracts/price.ts";
import { answered, operationOf } from "../../limits/counting.ts";
import { boundCost } from "../../prices/bound.ts";
import { isObject } from "../../text/json.ts";
import type { TokenCounter } from "../../tokenizer/counter.ts";
import { promptOf } from "../../tokenizer/prompt.ts";
import { vendorTokens } from "../../tokenizer/vendors.ts";

/** What the policy knows of a target's model. */
export interface ModelFacts {
  readonly contextTokens: number | undefined;
  readonly outputTokensMax: number | undefined;
  readonly unboundedInput: "refuse" | "context";
}

/** Where neither the call nor the policy says how much a model makes at most. */
const outputTokensDefault = 16_384;
/** More than any model makes: who asks for more is held to it. */
const outputTokensMost = 1_000_000;
/** What a picture costs at most is the vendor's secret: OpenAI's dearest is 48,169 (gpt-4o-mini). */
const mediaTokensMax = 50_000;
/** Counted by a tokenizer that may not be the vendor's own. */
const countMargin = 1.1;
/** OpenAI opens every answer with so many, and charges them as input. */
const openingTokens = 3;

/** No token is shorter than a byte, so a body has no more tokens than bytes. Undefined: nobody can know. */
export function boundInput(
  exchange: Pick<Exchange, "call" | "route">,
  { contextTokens, unboundedInput }: ModelFacts,
): number | undefined {
  const { call } = exchange;
  if (call === undefined || operationOf(exchange) === "metered") return 0;
  if (call.operation === "metered") return undefined;
  const { body, media, references, hostedTools } = call;
  const isOutside = references.length + hostedTools.length > 0;
  if (isOutside) return unboundedInput === "context" ? contextTokens : undefined;
  if (findOpaque(call) !== undefined) return contextTokens;
  const loose = body.length + hiddenTokens(call) + media.length * mediaTokensMax;
  return Math.min(loose, contextTokens ?? loose);
}

/** What a vendor puts before the prompt that stands in no body. */
function hiddenTokens({ texts, value }: Call): number {
  const hasTools = texts.some(({ kind }) => kind === "tool.definition");
  const documents = texts.filter(({ kind }) => kind === "document");
  const tools = isObject(value) && Array.isArray(value.tools) ? value.tools : [];
  const ofVendor = tools.filter((tool) => isObject(tool) && !definitions.some((name) => name in tool));
  return (
    preambleTokensMax +
    (hasTools ? toolsTokensMax : 0) +
    ofVendor.length * vendorToolTokensMax +
    // Where it is to be cited, a document is marked sentence by sentence.
    documents.reduce((sum, { text }) => sum + text.length, documents.length * citingTokensMax)
  );
}

/** Measured on recorded exchanges: Grok's 170, more than any body is longer than its tokens. */
const preambleTokensMax = 256;
/** Measured: Nova's 900, over all tools. */
const toolsTokensMax = 1_000;
/** What holds a tool's definition; whoever names none means one of the vendor's own, run by the client. */
const definitions = ["function", "parameters", "input_schema", "functionDeclarations", "toolSpec", "format"];
/** Measured: Anthropic's `memory` 1,550, `computer` 1,230. */
const vendorToolTokensMax = 2_000;
/** Measured: 600. */
const citingTokensMax = 1_000;

/** Pages and scenes: their bytes say nothing of their tokens. */
function findOpaque({ media }: Call): string | undefined {
  return media.find(({ type }) => type === "file" || type === "video")?.pointer;
}

/** Why nobody can know the size of the input: where it stands, or what it is. */
export function namesUnbounded(call: Call): string {
  if (call.operation === "metered") return "a body that passes unread";
  return call.references[0] ?? (call.hostedTools.length > 0 ? undefined : findOpaque(call)) ?? ofHostedTool;
}

const ofHostedTool = "a tool the provider runs";

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
  return Math.ceil(tokens * vendor.factor * countMargin) + extraTokens(vendor) + openingTokens;
}

/** Less than any tokenizer makes of these texts. What was thought before is not always read again. */
export function leastInput(call: Call | undefined): number {
  const { texts = [] } = call ?? {};
  const chars = texts.reduce((sum, { kind, text }) => sum + (kind === "reasoning" ? 0 : text.length), 0);
  return Math.floor(chars / charsPerTokenMost);
}

/** Prose has 4, code and JSON with much white space up to 8. */
const charsPerTokenMost = 16;

export function drawOf(attempt: Attempt, inputTokens: number, price: Price | undefined): Draw {
  const { exchange, target } = attempt;
  const isRepeat = exchange.attempts.some((other) => other !== attempt && other.hasReachedUpstream);
  const bound = price === undefined ? { inputNanoUsd: 0, outputNanoUsd: 0 } : boundCost(inputTokens, price);
  return { exchange, isRepeat, provider: target.name, inputTokens, price, ...bound };
}

/** What passes unread is priced by the call: who prices it by the token cannot know what it costs. */
export function priceOfCall(call: Call | undefined, price: Price | undefined): Price | undefined {
  if (price === undefined || (call !== undefined && call.operation !== "metered")) return price;
  const { inputNanoUsdPerMillion, outputNanoUsdPerMillion, perCallNanoUsd } = price;
  const isPricedByTokens = inputNanoUsdPerMillion + outputNanoUsdPerMillion > 0;
  return isPricedByTokens && perCallNanoUsd === 0 ? undefined : price;
}

/** The most the model can make. The least is up to the limits. */
export function outputMax(call: Call | undefined, { outputTokensMax }: ModelFacts): number {
  if (call === undefined || !answered.has(call.operation)) return 0;
  return Math.min(askedOutput(call) ?? outputTokensMax ?? outputTokensDefault, outputTokensMost);
}

/** Less than one says nothing: to some vendors it means without end. */
function askedOutput({ outputTokensMax: asked = 0 }: Call): number | undefined {
  return asked >= 1 ? Math.ceil(asked) : undefined;
}

/** Whether the upstream stops there without being told. */
export function stopsWithin(units: number, call: Call | undefined): boolean {
  return call === undefined || (askedOutput(call) ?? Number.POSITIVE_INFINITY) <= units;
}

/** COMPATIBILITY: output reserve min(1024, a quarter of the total). */
const reserveTokens = 1024;

/** `quarters`: of each counter's limit, in tokens. */
export function unitsFor(max: number, quarters: readonly number[]): Units {
  if (max === 0 || quarters.length === 0) return noUnits;
  return { min: Math.max(Math.min(max, reserveTokens, ...quarters), 1), max };
}
