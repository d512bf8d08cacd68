// Owns the proof that every recorded usage body is read as genai-prices reads it, by the dialect it is of.

import { describe, expect, it } from "vitest";
import { readUsageRows } from "../prices/usages.ts";
import { checkExtraction } from "./usage-bodies.ts";

const rows = readUsageRows();

describe.skipIf(rows === undefined)("recorded usage bodies", () => {
  it("are all read, as their vendor's rules read them", () => {
    const { extracted, problems } = checkExtraction(rows ?? []);
    expect(problems).toEqual([]);
    expect(Object.fromEntries(extracted)).toEqual({
      "anthropic-messages": 159,
      "bedrock-converse": 155,
      "cohere-chat": 15,
      gemini: 317,
      "openai-chat": 288,
      "openai-embeddings": 3,
      "openai-responses": 189,
    });
  });
});
