// Owns the small recorded exchanges of the dialects beside OpenAI's chat, at every cut. Knows no row by name.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Dialect, JsonValue } from "../../../core/contracts/dialect.ts";
import { ollamaChat, ollamaGenerate } from "../../../core/dialects/ollama.ts";
import { openAiCompletions } from "../../../core/dialects/openai-completions.ts";
import { openAiEmbeddings } from "../../../core/dialects/openai-embeddings.ts";
import { everyCut } from "../text/cuts.ts";
import { answerHead, deltasOf, frames } from "./answers.ts";
import { checkCutOff, checkRequest, checkSame, checkWriter, lastUsage } from "./recorded-checks.ts";

interface Golden {
  readonly request: JsonValue;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const folder = fileURLToPath(new URL("../../golden/", import.meta.url));
const goldens = [ollamaChat, ollamaGenerate, openAiCompletions, openAiEmbeddings].flatMap((dialect) =>
  readdirSync(folder + dialect.name)
    .filter((file) => file.endsWith(".json"))
    .map((file): [string, Dialect, Golden] => {
      const path = `${dialect.name}/${file}`;
      return [path, dialect, JSON.parse(readFileSync(folder + path, "utf8"))];
    }),
);

describe.each(goldens)("%s", (name, dialect, { request, status, contentType, body: text }) => {
  const exchanged = { name, head: answerHead(contentType, status), body: Buffer.from(text) };
  const { head, body } = exchanged;

  it("is the same bytes and says the same at every cut, and through the writer", () => {
    checkSame(dialect, exchanged, everyCut(body));
    checkWriter(dialect, exchanged);
  });

  it("says what it used, or that it failed", () => {
    const deltas = deltasOf(frames(dialect, head, [body]));
    if (status >= 400) expect(deltas).toEqual([{ kind: "error", status }]);
    else
      expect(lastUsage(deltas)?.isExact).toBe(
        text.includes("_tokens") || text.includes("prompt_eval_count") || undefined,
      );
  });

  it.skipIf(status >= 400)("is not whole without its end", () => {
    const done = body.indexOf("data: [DONE]");
    checkCutOff(dialect, exchanged, done === -1 ? body.lastIndexOf("}") : done);
  });

  it("was asked for by a request that is read and written unchanged", () => {
    checkRequest(dialect, request, { method: "POST", path: "/", query: "", headers: {} });
  });
});
