// Owns the proof that every recorded use costs what its table says, to the last digit. Knows no dialect.

import { describe, expect, it } from "vitest";
import { noUsage, type Usage } from "../../../core/contracts/frame.ts";
import { costFemtoUsd } from "../../../core/prices/cost.ts";
import { readPriceTable } from "../../../core/prices/table.ts";
import { type Extraction, readUsageRows } from "./usages.ts";

const rows = readUsageRows();
/** The figures were reckoned before 2026-07-30, when prices changed, and in DeepSeek's dear hours. */
const atMs = Date.parse("2026-07-01T12:00:00Z");
/** Free models that the table has dropped since. */
const dropped = ["cerebras qwen-3-coder-480b", "openrouter google/gemini-2.0-flash-exp:free"];

describe.skipIf(rows === undefined)("recorded uses", async () => {
  const table = await readPriceTable();

  it("cost what the table's own project reckons", () => {
    let count = 0;
    const wrong: unknown[] = [];
    for (const { model = "", extracted } of rows ?? []) {
      for (const { usage, extractors } of extracted) {
        for (const { provider_id, input_price, output_price, total_price } of extractors) {
          if (input_price === undefined || output_price === undefined) continue;
          if (dropped.includes(`${provider_id} ${model}`)) continue;
          count += 1;
          const price = table.findEntry(provider_id, model);
          const cost = price && costFemtoUsd(toUsage(usage), price, atMs);
          const total = cost && cost.input + cost.output + cost.extras;
          const isTotal = total_price === undefined || total === femtoUsd(total_price);
          if (cost?.input === femtoUsd(input_price) && cost.output === femtoUsd(output_price) && isTotal)
            continue;
          wrong.push({ provider_id, model, input_price, output_price, total_price, ...cost });
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBe(2526);
  });
});

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
