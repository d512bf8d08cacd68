// Owns the proof that Cohere's chat passes unread but for what is billed, and that its embeddings are read.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cohereApi } from "../../../core/dialects/apis/cohere.ts";
import { cohereChat } from "../../../core/dialects/cohere-chat.ts";
import { cohereEmbeddings } from "../../../core/dialects/cohere-embeddings.ts";
import { findRoute } from "../../../core/dialects/routes.ts";
import { everyCut } from "../text/cuts.ts";
import { answerHead, deltasOf, denied, frames, read } from "./answers.ts";
import { checkCutOff, checkRequest, checkSame, lastUsage } from "./recorded-checks.ts";

const folder = fileURLToPath(new URL("../../golden/cohere-chat/", import.meta.url));
const asked = { method: "POST", path: "/v2/chat", query: "", headers: {} };

const goldens = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => {
    const { request, status, contentType, body } = JSON.parse(readFileSync(folder + file, "utf8"));
    return {
      name: file.replace(".json", ""),
      request,
      head: answerHead(contentType, status),
      body: Buffer.from(body),
    };
  });

const billed: Readonly<Record<string, readonly [number, number] | undefined>> = {
  "error-404": undefined,
  "stream-v1": [7, 115],
  "stream-v2": [68, 8],
  "whole-v1": [69, 16],
  "whole-v2": [5, 10],
};

describe.each(goldens.map((golden) => [golden.name, golden] as const))("%s", (name, golden) => {
  it("passes as it came, and says what is billed", () => {
    checkSame(cohereChat, golden, everyCut(golden.body));
    checkRequest(cohereChat, golden.request, asked);
    const usage = lastUsage(deltasOf(frames(cohereChat, golden.head, [golden.body])));
    expect(usage && [usage.inputTokens, usage.outputTokens]).toEqual(billed[name]);
  });

  it.skipIf(golden.head.status >= 400)("is not whole without its end", () => {
    const { body } = golden;
    checkCutOff(
      cohereChat,
      golden,
      name === "stream-v2" ? body.indexOf("message-end") : body.lastIndexOf("}"),
    );
  });
});

describe("Cohere's API", () => {
  const coverageOf = (path: string) => findRoute(cohereApi.routes, "POST", path);

  it("is metered, read or refused by name", () => {
    expect(coverageOf("/v2/chat")).toMatchObject({ coverage: "metered", family: "chat", saysUsage: true });
    expect(coverageOf("/v1/rerank")).toMatchObject({ coverage: "metered", family: "rerank" });
    expect(coverageOf("/v2/embed")?.coverage).toBe("inspected");
    expect(coverageOf("/v1/generate")?.coverage).toBe("refused");
  });

  it("takes calls of other APIs at its OpenAI-compatible chat", () => {
    const call = { model: "command-a", isStream: true };
    expect(cohereApi.endpoint(cohereApi.dialect, call)).toBe("/compatibility/v1/chat/completions");
    expect(cohereApi.authorize("key")).toEqual({ authorization: "Bearer key" });
  });

  it("is refused in its own words, and an error is an error", () => {
    expect(JSON.parse(cohereChat.refuse(denied).body.toString())).toMatchObject({
      error_type: "model_denied",
    });
    const said = read(cohereChat, answerHead("text/plain", 502), [Buffer.from("no")]);
    expect("kind" in said ? said : deltasOf(said)).toEqual([{ kind: "error", status: 502 }]);
  });
});

describe("an embeddings call", () => {
  const callOf = (json: unknown) => cohereEmbeddings.readCall(Buffer.from(JSON.stringify(json)), asked);

  it("has its texts, its images and its model read", () => {
    const image = { type: "image_url", image_url: { url: "https://a.example/b.png" } };
    const inputs = [{ content: [{ type: "text", text: "b" }, image] }];
    const call = callOf({ model: "m", texts: ["a"], images: ["data:image/png;base64,AA=="], inputs });
    if (call.kind === "refusal") throw new Error(call.message);
    expect(call).toMatchObject({ operation: "embeddings", model: "m" });
    expect(call.texts.map(({ text }) => text)).toEqual(["a", "text", "b", "image_url"]);
    expect(call.media.map(({ source }) => source)).toEqual(["base64", "url"]);
    expect(call.references).toEqual(["/inputs/0/content/1/image_url/url"]);
  });

  it("has to name its model", () => {
    expect(callOf({ texts: ["a"] })).toMatchObject({ code: "request_malformed" });
  });

  it("is answered with what is billed, images too", () => {
    const billed_units = { input_tokens: 4, image_tokens: 6 };
    const body = Buffer.from(
      JSON.stringify({ id: "e", embeddings: { float: [[0.5]] }, meta: { billed_units } }),
    );
    const said = deltasOf(frames(cohereEmbeddings, answerHead("application/json"), [body]));
    expect(lastUsage(said)).toMatchObject({ inputTokens: 10, imageInputTokens: 6, outputTokens: 0 });
    const other = read(cohereEmbeddings, answerHead("application/json"), [Buffer.from("{}")]);
    expect(other).toMatchObject({ code: "upstream_malformed" });
  });
});
