// Owns the proof that OpenAI's list of models is asked for and written as its SDKs know it. Knows no policy.

import { expect, it } from "vitest";
import { openAiModels } from "../../../core/dialects/openai-models.ts";

const none = Buffer.alloc(0);
const head = (path: string) => ({ method: "GET", path, query: "?limit=2", headers: {} });

it("is asked for without a body, whole or one model of it", () => {
  for (const path of ["/v1/models", "/v1/models/gpt-4o"]) {
    const read = openAiModels.readCall(none, head(path));
    expect(read).toMatchObject({ kind: "call", operation: "models", value: undefined, texts: [] });
    if (read.kind === "refusal") throw new Error(read.code);
    expect(openAiModels.writeCall(read, head(path), "other")).toEqual({
      path: `${path}?limit=2`,
      body: none,
    });
  }
  expect(openAiModels.readCall(none, head("/v1/models"))).toMatchObject({ model: undefined });
  expect(openAiModels.readCall(none, head("/v1/models/a%20b"))).toMatchObject({ model: "a b" });
  const refused = openAiModels.readCall(Buffer.from("{}"), head("/v1/models"));
  expect(refused).toMatchObject({ code: "request_malformed" });
});

it("is a list of models, or one of them", () => {
  const gpt = { id: "gpt-4o", object: "model", created: 0, owned_by: "sluice" };
  expect(openAiModels.writeModels?.(["gpt-4o"], undefined)).toEqual({ object: "list", data: [gpt] });
  expect(openAiModels.writeModels?.(["gpt-4o", "other"], "gpt-4o")).toEqual(gpt);
});
