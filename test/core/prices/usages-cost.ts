// Owns what every recorded use costs, against what the table's own project reckons, to the last digit. Knows
// no dialect, and no test runner.

import { noUsage, type Usage } from "../../../core/contracts/frame.ts";
import { costFemtoUsd } from "../../../core/prices/cost.ts";
import type { PriceTable } from "../../../core/prices/table.ts";
import type { Extraction, UsageRow } from "./usages.ts";

/** The figures were reckoned before 2026-07-30, when prices changed, and in DeepSeek's dear hours. */
const atMs = Date.parse("2026-07-01T12:00:00Z");
/** Free models that the table has dropped since. */
const dropped = ["cerebras qwen-3-coder-480b", "openrouter google/gemini-2.0-flash-exp:free"];

export interface CostReport {
  /** Prices that were checked. */
  readonly count: number;
  readonly problems: readonly string[];
}

export function checkCosts(rows: readonly UsageRow[], table: PriceTable): CostReport {
  let count = 0;
  const problems: string[] = [];
  for (const { model = "", extracted } of rows) {
    for (const { usage, extractors } of extracted) {
      for (const rule of extractors) {
        if (rule.input_price === undefined || rule.output_price === undefined) continue;
        if (dropped.includes(`${rule.provider_id} ${model}`)) continue;
        count += 1;
        if (!isRight(rule, toUsage(usage), table.findEntry(rule.provider_id, model))) {
          problems.push(`${rule.provider_id} ${model}: ${JSON.stringify(rule)}`);
        }
      }
    }
  }
  return { count, problems };
}

function isRight(
  { input_price = "", output_price = "", total_price }: Extraction["extractors"][number],
  usage: Usage,
  price: ReturnType<PriceTable["findEntry"]>,
): boolean {
  const cost = price && costFemtoUsd(usage, price, atMs);
  if (cost?.input !== femtoUsd(input_price) || cost.output !== femtoUsd(output_price)) return false;
  return total_price === undefined || cost.input + cost.output + cost.extras === femtoUsd(total_price);
}

function toUsage(said: Extraction["usage"]): Usage {
  const count = (name: string): number => said[name] ?? 0;
  return {
    ...noUsage,
    inputTokens: count("input_tokens"),
    outputTokens: count("output_tokens"),
    cachedInputTokens: count("cache_read_tokens"),
    cacheWriteTokens: count("cache_write_tokens"),
    cacheWrite1hTokens: count("cache_write_1h_tokens"),
    reasoningTokens: count("output_reasoning_tokens"),
    audioInputTokens: count("input_audio_tokens"),
    audioOutputTokens: count("output_audio_tokens"),
    cachedAudioInputTokens: count("cache_audio_read_tokens"),
    imageInputTokens: count("input_image_tokens"),
    imageOutputTokens: count("output_image_tokens"),
    cachedImageInputTokens: count("cache_image_read_tokens"),
    videoInputTokens: count("input_video_tokens"),
    videoOutputTokens: count("output_video_tokens"),
    cachedVideoInputTokens: count("cache_video_read_tokens"),
    webSearches: count("web_searches"),
  };
}

/** `0.0000066`, `7E-7` in 10^-15 dollars, exactly. */
function femtoUsd(dollars: string): bigint {
  const [digits = "", exponent = "0"] = dollars.split("E");
  const [whole = "", decimals = ""] = digits.replace(/(\..*?)0+$/, "$1").split(".");
  return BigInt(whole + decimals.padEnd(15 + Number(exponent), "0"));
}
