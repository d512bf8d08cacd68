// Owns the proof that Google's requests for embeddings are read, one or many, and what their answers used.
// Knows no chat.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../../core/contracts/dialect.ts";
import { geminiEmbeddings, vertexPredict } from "../../../../core/dialects/gemini-embeddings.ts";
import { geminiTokens } from "../../../../core/dialects/gemini-tokens.ts";
import { sharedPath } from "../../../shared-data.ts";
import { anyCut } from "../../text/cuts.ts";
import { answerHead, deltasOf, frames, read } from "../answers.ts";
import { checkCutOff, checkSame, lastUsage } from "../recorded-checks.ts";
import { askedAt, type Recorded, recordedRows } from "./exchanges.ts";

const single = "/v1beta/models/e:embedContent";
const batch = "/v1beta/models/e:batchEmbedContents";
const predict = "/v1/projects/p/locations/l/publishers/google/models/e:predict";

function ask(dialect: Dialect, url: string, request: unknown) {
  return dialect.readCall(Buffer.from(JSON.stringify(request)), askedAt(url));
}

describe("a request for embeddings", () => {
  it("gives its texts by their places, one or many", () => {
    const content = (text: string) => ({ parts: [{ text }] });
    expect(ask(geminiEmbeddings, single, { content: content("a"), title: "t" })).toMatchObject({
      ...{ operation: "embeddings", model: "e", outputTokensMax: 0, isStream: false },
      texts: [
        { pointer: "/title", text: "t" },
        { pointer: "/content/parts/0/text", text: "a", role: "user" },
      ],
    });
    const requests = ["a", "b"].map((text) => ({ model: "models/e", content: content(text) }));
    expect(ask(geminiEmbeddings, batch, { requests })).toMatchObject({
      texts: [{ pointer: "/requests/0/content/parts/0/text" }, { text: "b" }],
    });
    expect(ask(vertexPredict, predict, { instances: [{ content: "a", task_type: "X" }] })).toMatchObject({
      ...{ operation: "embeddings", model: "e", texts: [{ pointer: "/instances/0/content", text: "a" }] },
    });
  });

  it("may hold images, and names one model wherever it does", () => {
    const inline = { inlineData: { mimeType: "image/png", data: "iVBO" } };
    expect(ask(geminiEmbeddings, single, { content: { parts: [inline] } })).toMatchObject({
      media: [{ pointer: "/content/parts/0", type: "image", source: "base64" }],
    });
    const requests = [{ model: "models/e" }, { model: "models/other" }];
    expect(ask(geminiEmbeddings, batch, { requests })).toMatchObject({ code: "body_ambiguous" });
  });

  it("is written under the target's name in all its places", () => {
    const requests = [{ model: "models/e", content: { parts: [{ text: "a" }] } }];
    const call = ask(geminiEmbeddings, batch, { requests });
    if (call.kind === "refusal") throw new Error(call.message);
    const { path, body } = geminiEmbeddings.writeCall(call, askedAt(batch), "f");
    expect(path).toBe("/v1beta/models/f:batchEmbedContents");
    expect(JSON.parse(body.toString()).requests[0].model).toBe("models/f");
  });

  it("of another kind is refused where it shares Vertex AI's predict", () => {
    const image = { instances: [{ prompt: "a cat" }], parameters: { sampleCount: 1 } };
    expect(ask(vertexPredict, predict, image)).toMatchObject({ code: "route_refused" });
    expect(ask(vertexPredict, predict, { instances: [{ content: 1 }] })).toMatchObject({
      code: "request_malformed",
      message: expect.stringContaining("`instances.0.content`"),
    });
  });
});

describe("an answer", () => {
  const answer = (value: unknown, status = 200) =>
    read(geminiEmbeddings, answerHead("application/json", status), [Buffer.from(JSON.stringify(value))]);
  const deltas = (value: unknown, status?: number) => {
    const said = answer(value, status);
    return "kind" in said ? said.code : deltasOf(said);
  };

  it("says what it used where it does, and its vectors are nobody's text", () => {
    const embedding = { values: [0.1, -2e-3] };
    expect(deltas({ embedding })).toEqual([]);
    expect(deltas({ embedding, usageMetadata: { promptTokenCount: 4 } })).toMatchObject([
      { kind: "usage", usage: { inputTokens: 4, outputTokens: 0 } },
    ]);
    const statistics = { token_count: 3, truncated: false };
    expect(
      deltas({ predictions: [{ embeddings: { statistics } }, { embeddings: { statistics } }] }),
    ).toMatchObject([{ kind: "usage", usage: { inputTokens: 6 } }]);
  });

  it("may be an error, in its own place or instead", () => {
    const error = { code: 404, message: "m", status: "NOT_FOUND" };
    expect(deltas({ error }, 404)).toEqual([{ kind: "error", status: 404 }]);
    expect(deltas({ error })).toEqual([{ kind: "error", status: 404 }]);
    expect(deltas([])).toBe("upstream_malformed");
  });
});

/** No text to edit: what was recorded is read, cut in any way and written as it came. */
function check(dialect: Dialect, row: Recorded): void {
  checkSame(dialect, row, fc.sample(anyCut(row.body), 4));
  checkRequest(dialect, row);
  if (row.head.status < 400) checkCutOff(dialect, row, row.body.lastIndexOf("}"));
  const errors = deltasOf(frames(dialect, row.head, [row.body])).filter(({ kind }) => kind === "error");
  expect(errors).toHaveLength(row.head.status < 400 ? 0 : 1);
}

/** Unedited it is written as it came; under another name that name alone differs, wherever it stands. */
function checkRequest(dialect: Dialect, { asked, request }: Recorded): void {
  const body = Buffer.from(JSON.stringify(request));
  const call = dialect.readCall(body, asked);
  if (call.kind === "refusal") throw new Error(call.message);
  expect(dialect.writeCall(call, asked, call.model).body).toBe(body);
  const renamed = body.toString().replaceAll(`models/${call.model}"`, 'models/other"');
  expect(dialect.writeCall(call, asked, "other").body.toString()).toBe(renamed);
}

describe("recorded exchanges", () => {
  const embedded = sharedPath("recorded/embeddings-gemini.jsonl.gz");
  const counted = sharedPath("recorded/gemini-count-tokens.jsonl.gz");

  it.skipIf(embedded === undefined)("of embeddings are read and written as they came", () => {
    const rows = embedded === undefined ? [] : recordedRows(embedded);
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      const isPredict = row.asked.path.endsWith(":predict");
      check(isPredict ? vertexPredict : geminiEmbeddings, row);
      const said = /"token_count": ?(\d+)|"promptTokenCount": ?(\d+)/.exec(row.body.toString());
      const { inputTokens } = lastUsage(deltasOf(frames(geminiEmbeddings, row.head, [row.body]))) ?? {};
      expect(inputTokens).toBe(said === null ? undefined : Number(said[1] ?? said[2]));
    }
  });

  it.skipIf(counted === undefined)(
    "of counted tokens are read and written as they came, and use none",
    () => {
      const rows = counted === undefined ? [] : recordedRows(counted);
      expect(rows.length).toBeGreaterThan(5);
      for (const row of rows) {
        check(geminiTokens, row);
        expect(lastUsage(deltasOf(frames(geminiTokens, row.head, [row.body])))).toBeUndefined();
      }
    },
  );
});
