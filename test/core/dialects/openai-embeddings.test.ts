// Owns the proof that embeddings are read: texts of the request, usage of the answer, nothing changed.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call, JsonValue } from "../../../core/contracts/dialect.ts";
import type { Refusal } from "../../../core/contracts/refusal.ts";
import { openAiEmbeddings } from "../../../core/dialects/openai-embeddings.ts";
import { readRows, sharedPath } from "../../shared-data.ts";
import { anyCut } from "../text/cuts.ts";
import { answerHead, deltasOf, frames, read } from "./answers.ts";
import { checkCutOff, checkRequest, checkSame, lastUsage } from "./recorded-checks.ts";

const head = { method: "POST", path: "/v1/embeddings", query: "", headers: {} };

function ask(request: { [name: string]: JsonValue }): Call | Refusal {
  return openAiEmbeddings.readCall(Buffer.from(JSON.stringify({ model: "e", ...request })), head);
}

describe("an embeddings request", () => {
  it("gives its texts by their places", () => {
    expect(ask({ input: "one" })).toMatchObject({ texts: [{ pointer: "/input", text: "one" }] });
    expect(ask({ input: ["one", "two"] })).toMatchObject({
      operation: "embeddings",
      outputTokensMax: 0,
      texts: [{ pointer: "/input/0" }, { pointer: "/input/1", text: "two" }],
    });
  });

  it("gives tokens and images as what nobody here reads, and URLs as references", () => {
    expect(ask({ input: [1, 2] })).toMatchObject({ texts: [], media: [{ pointer: "/input", type: "file" }] });
    expect(ask({ input: [[1], [2]] })).toMatchObject({ media: [{ pointer: "/input/0" }, {}] });
    const content: JsonValue = [{ type: "text", text: "cat" }, { image_url: { url: "https://x/cat.png" } }];
    expect(ask({ input: [{ content }] })).toMatchObject({
      texts: [{ text: "text" }, { text: "cat", pointer: "/input/0/content/0/text" }],
      references: ["/input/0/content/1/image_url/url"],
    });
  });

  it.each([[undefined], [null], [1], [true], [{}], [[["a"]]], [[1, "a"]]])(
    "is refused for input %j",
    (input) => {
      expect(ask(input === undefined ? {} : { input })).toMatchObject({
        code: "request_malformed",
        message: expect.stringContaining("input"),
      });
    },
  );
});

describe("an embeddings answer", () => {
  const answer = (text: string) =>
    read(openAiEmbeddings, answerHead("application/json"), [Buffer.from(text)]);

  it("may hold more numbers than a strict reading would take", () => {
    const vector = `[${Array.from({ length: 1536 }, (_, at) => at / 7).join(", ")}]`;
    const data = Array.from({ length: 400 }, () => `{"embedding":${vector}}`).join(",\n");
    const body = `{"object":"list","data":[${data}],"usage":{"prompt_tokens":9,"total_tokens":9}}`;
    const said = answer(body);
    expect("kind" in said ? said.code : lastUsage(deltasOf(said))).toMatchObject({ inputTokens: 9 });
  });

  it("is refused where it is cut, repeats a name or is nothing of the kind", () => {
    const good = '{"data":[{"embedding":[1,2.5,-3e-4]}],"usage":{"prompt_tokens":1}}';
    for (let end = 0; end < good.length; end++) {
      expect(answer(good.slice(0, end))).toMatchObject({ code: "upstream_truncated" });
    }
    expect(answer('{"data":[1,2],"data":[3,4]}')).toMatchObject({ code: "upstream_malformed" });
    expect(answer("[1,2]")).toMatchObject({ code: "upstream_malformed" });
    expect(answer('{"data":[\xff')).toMatchObject({ kind: "refusal" });
  });
});

describe("recorded embeddings", () => {
  const path = sharedPath("recorded/embeddings.jsonl.gz");
  interface Row {
    readonly id: string;
    readonly request: { readonly url: string; readonly json: { [name: string]: JsonValue } };
    readonly response: { readonly status: number; readonly body: string };
  }
  /** Cohere's own API is refused by name. */
  const rows = (path === undefined ? [] : readRows<Row>(path)).filter(
    ({ request }) => "input" in request.json,
  );
  const exchanged = rows.map(({ id, response }) => ({
    name: id,
    head: answerHead("application/json", response.status),
    body: Buffer.from(response.body),
  }));

  it.skipIf(path === undefined)("are the same bytes however cut, and never whole when cut off", () => {
    expect(rows.length).toBe(50);
    for (const row of exchanged) {
      checkSame(openAiEmbeddings, row, fc.sample(anyCut(row.body), 4));
      if (row.head.status < 400) checkCutOff(openAiEmbeddings, row, row.body.lastIndexOf("}"));
    }
  });

  it.skipIf(path === undefined)("cost what their bodies say", () => {
    for (const { head: answered, body } of exchanged.filter(({ head }) => head.status < 400)) {
      const { usage } = JSON.parse(body.toString());
      expect(lastUsage(deltasOf(frames(openAiEmbeddings, answered, [body])))).toMatchObject({
        inputTokens: usage.prompt_tokens ?? usage.total_tokens,
        outputTokens: 0,
        isExact: true,
      });
    }
  });

  it.skipIf(path === undefined)("were asked for by requests that are read and written unchanged", () => {
    for (const { request } of rows) checkRequest(openAiEmbeddings, request.json, head);
  });
});
