// Owns how near counts made here come to what providers say of recorded exchanges, by vendor. Knows no meter.

import { afterAll, describe, expect, it } from "vitest";
import type { Call, Dialect, JsonValue } from "../../../core/contracts/dialect.ts";
import type { Delta, Usage } from "../../../core/contracts/frame.ts";
import { anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { gemini } from "../../../core/dialects/gemini.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { countPrompt } from "../../../core/filters/meter-prompt.ts";
import { Tally } from "../../../core/filters/meter-tally.ts";
import { TokenCounter } from "../../../core/tokenizer/counter.ts";
import { vendorTokens } from "../../../core/tokenizer/vendors.ts";
import { readRows, sharedPath } from "../../shared-data.ts";
import { answerHead, deltasOf, read } from "../dialects/answers.ts";

const recordings = [
  ["openai-chat.jsonl.gz", openAiChat],
  ["anthropic-messages.jsonl.gz", anthropicMessages],
  ["gemini.jsonl.gz", gemini],
] as const;

interface Row {
  readonly id: string;
  readonly request: { readonly url: string; readonly json?: JsonValue };
  readonly response: { readonly status: number; readonly body?: string };
}

interface Exchanged {
  readonly call: Call;
  readonly deltas: readonly Delta[];
  readonly usage: Usage;
  readonly model: string;
}

/** Exchanges that say their usage, with nothing in them that nobody here can see. */
function exchangesIn(path: string, dialect: Dialect): readonly Exchanged[] {
  return readRows<Row>(path).flatMap(({ request, response }) => {
    if (response.status !== 200 || response.body === undefined || request.json === undefined) return [];
    const { pathname, search } = new URL(request.url, "http://recorded");
    const head = { method: "POST", path: pathname, query: search, headers: {} };
    const call = dialect.readCall(Buffer.from(JSON.stringify(request.json)), head);
    const isStream = /^(data:|event:|:)/.test(response.body);
    const type = isStream ? "text/event-stream" : "application/json";
    const frames = read(dialect, answerHead(type, 200), [Buffer.from(response.body)]);
    if (call.kind === "refusal" || "kind" in frames) return [];
    const deltas = deltasOf(frames);
    const usage = deltas.findLast((delta) => delta.kind === "usage")?.usage;
    const hidden = call.media.length + call.references.length + call.hostedTools.length;
    if (usage === undefined || hidden > 0) return [];
    const model = deltas.find((delta) => delta.kind === "start")?.model ?? call.model ?? "";
    return [{ call, deltas, usage, model }];
  });
}

const counter = new TokenCounter({ waitMs: 15_000 });
afterAll(() => counter.close());

/** Counted for each that was said. */
async function outputRatio({ deltas, usage, model }: Exchanged): Promise<number> {
  const tally = new Tally();
  for (const delta of deltas) {
    if (delta.kind === "tool") tally.addCall();
    else if ("text" in delta && delta.mode === "append" && delta.kind !== "reasoning")
      tally.addText(delta.text);
  }
  const [tokens] = (await counter.count([tally.texts])) ?? [];
  return tally.tokens(tokens, vendorTokens(model)) / usage.outputTokens;
}

async function inputRatio({ call, usage, model }: Exchanged): Promise<number> {
  const prompt = countPrompt(call);
  const [tokens] = (await counter.count([prompt.texts])) ?? [];
  return prompt.tokens(tokens, vendorTokens(model)) / usage.inputTokens;
}

async function ratiosOf(
  exchanges: readonly Exchanged[],
  ratioOf: (exchange: Exchanged) => Promise<number>,
): Promise<readonly number[]> {
  const ratios: number[] = [];
  for (const exchange of exchanges) ratios.push(await ratioOf(exchange));
  return ratios.sort((a, b) => a - b);
}

const at = (ratios: readonly number[], share: number): number =>
  ratios[Math.floor(ratios.length * share)] ?? Number.NaN;

/** What the middle exchange may be off by, on either side of what was said. */
const models = [
  { vendor: "OpenAI", names: /^(openai\/)?(gpt-[34]|chatgpt)/, output: 0.05, input: 0.05 },
  { vendor: "Anthropic", names: /claude/, output: 0.1, input: 0.1 },
  { vendor: "Google", names: /gemini/, output: 0.1, input: 0.4 },
  { vendor: "others", names: /^(?!.*(claude|gemini|gpt-|chatgpt|o[134]))/, output: 0.1, input: 0.1 },
];

const recorded = recordings.map(([file, dialect]) => ({ path: sharedPath(`recorded/${file}`), dialect }));

describe.skipIf(recorded.some(({ path }) => path === undefined))("of what was recorded", () => {
  const all = recorded.flatMap(({ path, dialect }) => (path === undefined ? [] : exchangesIn(path, dialect)));

  it.each(models)("$vendor", async ({ vendor, names, ...bounds }) => {
    const own = all.filter(({ model }) => names.test(model));
    // Reasoning may be billed and not shown; a few tokens make no percentage.
    const answers = own.filter(({ usage }) => usage.outputTokens >= 15 && usage.reasoningTokens === 0);
    const asked = own.filter(({ usage }) => usage.inputTokens >= 15);
    const output = await ratiosOf(answers, outputRatio);
    const input = await ratiosOf(asked, inputRatio);
    console.log(`counted / said, ${vendor}: output ${summary(output)}; input ${summary(input)}`);
    expect(Math.abs(at(output, 0.5) - 1)).toBeLessThan(bounds.output);
    expect(Math.abs(at(input, 0.5) - 1)).toBeLessThan(bounds.input);
  });
});

function summary(ratios: readonly number[]): string {
  const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => at(ratios, share).toFixed(2));
  return `${middle} (${low} to ${high} of ${ratios.length})`;
}
