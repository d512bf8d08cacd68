// Owns the proof that official SDKs take a recorded stream that was ended early, after any of its frames, for
// a whole one. Knows no policy.

import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../core/contracts/dialect.ts";
import { type Frame, noUsage } from "../../../core/contracts/frame.ts";
import { anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { openAiResponses } from "../../../core/dialects/openai-responses.ts";
import { answerHead, bytesOf, deltasOf, frames } from "../../core/dialects/answers.ts";
import * as anthropic from "../../core/dialects/anthropic-messages/exchanges.ts";
import * as chat from "../../core/dialects/openai-chat/exchanges.ts";
import type { Exchanged } from "../../core/dialects/recorded-checks.ts";
import { readRows, sharedPath } from "../../shared-data.ts";

const usage = { ...noUsage, inputTokens: 31, outputTokens: 7 };
const head = answerHead("text/event-stream");
const apiKey = "none";

/** Every way to cut it after something was said, and what a client then reads. */
function* endedAnywhere(dialect: Dialect, { body }: Exchanged): Generator<Buffer> {
  const all = frames(dialect, head, [body]);
  for (let cut = 1; cut <= all.length; cut++) {
    const released: readonly Frame[] = all.slice(0, cut);
    const writer = dialect.writer(head);
    for (const frame of released) writer.note?.(frame);
    const end = writer.end("length", usage);
    if (end.length > 0) yield bytesOf([...released, ...end]);
  }
}

/** An SDK's way out, which answers with these bytes. */
const saying = (bytes: Buffer) => async (): Promise<Response> =>
  new Response(new Uint8Array(bytes), { headers: { "content-type": "text/event-stream" } });

/** Streams that end by themselves as their vendor's do: one of a server's that does not is recorded, too. */
const isGood = (dialect: Dialect) => (golden: Exchanged) => {
  if (!golden.name.startsWith("stream")) return false;
  const kinds = deltasOf(frames(dialect, head, [golden.body])).map(({ kind }) => kind);
  return kinds.includes("end") && !kinds.includes("error");
};

describe("the openai SDK", () => {
  const goldens = chat.goldens.filter(isGood(openAiChat));

  it.each(goldens.map((golden) => [golden.name, golden] as const))("takes %s", async (_name, golden) => {
    for (const bytes of endedAnywhere(openAiChat, golden)) {
      const client = new OpenAI({ apiKey, fetch: saying(bytes), maxRetries: 0, logLevel: "off" });
      const asked = { model: "m", messages: [{ role: "user" as const, content: "?" }] };
      const said = await client.chat.completions.stream(asked).finalChatCompletion();
      expect(said.choices.length).toBeGreaterThan(0);
      for (const { finish_reason: reason, message } of said.choices) {
        expect(reason).toMatch(/^(length|stop|tool_calls|content_filter)$/);
        expect(message.role).toBe("assistant");
      }
    }
  });

  const path = sharedPath("recorded/openai-responses.jsonl.gz");
  interface Row {
    readonly response: { readonly status: number; readonly body: string };
  }
  const rows = path === undefined ? [] : readRows<Row>(path);
  const streams = rows.filter(
    ({ response: { status, body } }) => status < 400 && /^(event|data):/.test(body),
  );

  it.skipIf(path === undefined)(
    "takes Responses",
    async () => {
      let ended = 0;
      for (const { response } of streams.filter((_, at) => at % 12 === 0)) {
        const exchanged = { name: "", head, body: Buffer.from(response.body) };
        for (const bytes of endedAnywhere(openAiResponses, exchanged)) {
          const client = new OpenAI({ apiKey, fetch: saying(bytes), maxRetries: 0, logLevel: "off" });
          const said = await client.responses.stream({ model: "m", input: "?" }).finalResponse();
          expect(said.status).toMatch(/^(incomplete|completed)$/);
          ended++;
        }
      }
      expect(ended).toBeGreaterThan(100);
    },
    60_000,
  );
});

describe("the Anthropic SDK", () => {
  const goldens = anthropic.goldens.filter(isGood(anthropicMessages));

  it.each(goldens.map((golden) => [golden.name, golden] as const))("takes %s", async (_name, golden) => {
    for (const bytes of endedAnywhere(anthropicMessages, golden)) {
      const client = new Anthropic({ apiKey, fetch: saying(bytes), maxRetries: 0, logLevel: "off" });
      const messages = [{ role: "user" as const, content: "?" }];
      const runner = client.messages.stream({ model: "m", max_tokens: 9, messages });
      const said = await runner.finalMessage();
      expect(said.stop_reason).toMatch(/^(max_tokens|end_turn|tool_use)$/);
      expect(said.usage.output_tokens).toBeGreaterThan(0);
    }
  });
});
