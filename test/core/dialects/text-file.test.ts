// Owns the proof of which files of a request are texts, and of how guards read them. Knows no detector but
// the tests' own.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../core/contracts/dialect.ts";
import { stages } from "../../../core/contracts/guard.ts";
import { readTextFile } from "../../../core/dialects/text-file.ts";
import type { GuardRule } from "../../../core/filters/guards/rule.ts";
import {
  code,
  type Guarded,
  harmless,
  ruleOn,
  upstreamOf,
  walkGuarded,
  word,
} from "../filters/guards/walks.ts";
import { anthropicWire, converseWire } from "../filters/guards/wires/anthropic.ts";
import { chatWire } from "../filters/guards/wires/chat.ts";
import { geminiWire } from "../filters/guards/wires/gemini.ts";
import { responsesWire } from "../filters/guards/wires/responses.ts";
import type { Wire } from "../filters/guards/wires/wire.ts";

const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");
const said = `Notes: ${word} and so on.`;

describe("a file", () => {
  it.each([
    ["text/plain", base64("ünsaid"), "ünsaid"],
    ["Text/Markdown; charset=UTF-8", base64("# a"), "# a"],
    ["application/json", base64("{}"), "{}"],
    ["application/ld+json", base64("{}"), "{}"],
    ["text/plain", "", ""],
  ])("%s is a text", (type, data, text) => {
    expect(readTextFile(data, type)).toEqual({ text, encodedBehind: "" });
    const url = `data:${type};base64,`;
    expect(readTextFile(url + data)).toEqual({ text, encodedBehind: url });
  });

  it.each([
    ["of another type", "application/pdf", base64("a")],
    ["of no type", undefined, base64("a")],
    ["of a type that says otherwise", "text/plain", base64("%PDF-1.7 a")],
    ["in another charset", "text/plain; charset=utf-16", base64("a")],
    ["in bytes that are no UTF-8", "text/plain", base64(Buffer.of(0xff, 0x41))],
    ["with what nobody writes", "text/plain", base64("PK\u0003\u0004")],
    ["in base64 that readers take otherwise", "text/plain", `${base64("ab")}!`],
    ["in base64 without its end", "text/plain", base64("a").replaceAll("=", "")],
    ["that is very long", "text/plain", base64("a".repeat(7 * 1024 * 1024))],
    ["that is no string", "text/plain", 7],
  ])("%s is none", (_what, type, data) => {
    expect(readTextFile(data, type)).toBeUndefined();
  });
});

/** `file`: of a text in base64, and its media type. */
type Attach = (data: string, type: string) => { readonly [name: string]: JsonValue };

const places: readonly (readonly [Wire, Attach])[] = [
  [
    anthropicWire,
    (data, media_type) => ({
      messages: [
        { role: "user", content: [{ type: "document", source: { type: "base64", media_type, data } }] },
      ],
    }),
  ],
  [
    geminiWire,
    (data, mimeType) => ({ contents: [{ role: "user", parts: [{ inlineData: { mimeType, data } }] }] }),
  ],
  [
    chatWire,
    (data, type) => ({
      messages: [
        {
          role: "user",
          content: [{ type: "file", file: { filename: "a.txt", file_data: `data:${type};base64,${data}` } }],
        },
      ],
    }),
  ],
  [
    responsesWire,
    (data, type) => ({
      input: [
        {
          role: "user",
          content: [{ type: "input_file", filename: "a.txt", file_data: `data:${type};base64,${data}` }],
        },
      ],
    }),
  ],
  [
    converseWire,
    (bytes, type) => ({
      messages: [
        {
          role: "user",
          content: [
            { document: { name: "a", format: type === "text/plain" ? "txt" : "pdf", source: { bytes } } },
          ],
        },
      ],
    }),
  ],
];

describe.each(places.map(([wire, attach]) => [wire.name, wire, attach] as const))(
  "%s",
  (_name, wire, attach) => {
    function ask(data: string, type: string, rule: Partial<GuardRule> = {}): Promise<Guarded> {
      const plain = Object(wire.asked.body(harmless, "whole"));
      const answer = wire.whole([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");
      return walkGuarded({
        ...{ wire, how: "whole" },
        request: { body: JSON.stringify({ ...plain, ...attach(data, type) }) },
        upstream: upstreamOf(wire, "whole", answer),
        rules: [ruleOn(stages, rule)],
      });
    }

    it("is read where it is a text, and written as it stood", async () => {
      const blocked = await ask(base64(said), "text/plain");
      expect([blocked.headers["x-sluice-refusal"], blocked.sent.length]).toEqual([code, 0]);
      expect(blocked.told[0]?.source.kind).toBe("document");
      const redacted = await ask(base64(said), "text/plain", { action: { kind: "redact", with: "marker" } });
      const sent = String(redacted.sent[0]?.body);
      expect(sent).toContain(base64(said.replace(word, "[WORD_REDACTED]")));
      expect(sent).not.toContain(base64(said));
      expect((await ask(base64("fine"), "text/plain")).status).toBe(200);
    });

    it("is what nobody can read, where it is none", async () => {
      const refused = await ask(base64(said), "application/pdf");
      expect(refused.headers["x-sluice-refusal"]).toBe("input_uninspectable");
    });
  },
);

describe("what Anthropic fetched", () => {
  const fetched = (source: JsonValue): JsonValue => ({
    type: "web_fetch_tool_result",
    tool_use_id: "srvtoolu_1",
    content: { type: "web_fetch_result", url: "https://a.b/c", content: { type: "document", source } },
  });
  const pdf = fetched({ type: "base64", media_type: "application/pdf", data: base64("%PDF-1.7") });
  const page = fetched({ type: "text", media_type: "text/plain", data: "Fine." });

  it.each([
    ["a PDF", pdf, "input_uninspectable"],
    ["a page", page, undefined],
  ])("%s, as it is asked", async (_what, block, refusal) => {
    const messages = [{ role: "assistant", content: [block] }];
    const body = JSON.stringify({ ...Object(anthropicWire.asked.body(harmless, "whole")), messages });
    const answer = anthropicWire.whole([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain");
    const upstream = upstreamOf(anthropicWire, "whole", answer);
    const rules = [ruleOn(["tool.result"])];
    const result = await walkGuarded({
      wire: anthropicWire,
      how: "whole",
      request: { body },
      rules,
      upstream,
    });
    expect(result.headers["x-sluice-refusal"]).toBe(refusal);
  });

  it.each([
    ["a PDF", pdf, "answer_uninspectable"],
    ["a page", page, undefined],
  ])("%s, as it is answered", async (_what, block, refusal) => {
    const answer = JSON.parse(
      anthropicWire.whole([{ kind: "text", choice: 0, pieces: ["Fine."] }], "plain").toString(),
    );
    const body = Buffer.from(JSON.stringify({ ...answer, content: [block, ...answer.content] }));
    const upstream = upstreamOf(anthropicWire, "whole", body);
    const rules = [ruleOn(["tool.result"])];
    const result = await walkGuarded({ wire: anthropicWire, how: "whole", rules, upstream });
    expect(result.headers["x-sluice-refusal"]).toBe(refusal);
  });
});
