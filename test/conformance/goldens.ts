// Owns the exchanges the project carries itself, in test/golden: what a run has where ../shared is absent.
// Knows no dialect.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "../../core/contracts/dialect.ts";
import { isObject } from "../../core/text/json.ts";
import type { Exchange } from "./exchange.ts";
import { type Row, toExchange } from "./recorded-rows.ts";

const root = fileURLToPath(new URL("../golden/", import.meta.url));

/** Where the answers of a folder come from, if they do not say so themselves. */
const urls: Readonly<Record<string, string>> = {
  "anthropic-messages": "https://api.anthropic.com/v1/messages",
  "cohere-chat": "https://api.cohere.com",
  gemini: "https://generativelanguage.googleapis.com",
  "ollama-chat": "http://localhost:11434/api/chat",
  "ollama-generate": "http://localhost:11434/api/generate",
  "openai-chat": "https://api.openai.com/v1/chat/completions",
  "openai-completions": "https://api.openai.com/v1/completions",
  "openai-embeddings": "https://api.openai.com/v1/embeddings",
  "openai-responses": "https://api.openai.com/v1/responses",
};

interface Golden {
  readonly url?: string;
  readonly request: JsonValue;
  readonly status: number;
  readonly body: string;
}

export function* goldenExchanges(): Generator<Exchange> {
  for (const folder of readdirSync(root)) {
    for (const file of readdirSync(root + folder).filter((file) => file.endsWith(".json"))) {
      const kept: Golden | Row = JSON.parse(readFileSync(`${root}${folder}/${file}`, "utf8"));
      yield toExchange(
        "response" in kept ? kept : rowOf(kept, folder),
        `golden/${folder}/${file}`,
        "goldens",
      );
    }
  }
}

function rowOf({ url = "", request, status, body }: Golden, folder: string): Row {
  const base = urls[folder];
  if (base === undefined) throw new RangeError(`test/golden/${folder}: nobody knows where it comes from`);
  const json = isObject(request) ? { json: request } : {};
  return { id: "", request: { url: base + url, ...json }, response: { status, body } };
}
