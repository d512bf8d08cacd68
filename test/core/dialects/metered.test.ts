// Owns the proof that what nobody reads passes as it came, and is metered or refused by its name.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../core/contracts/dialect.ts";
import { azureMetered } from "../../../core/dialects/azure-deployments.ts";
import { apis, findRoute } from "../../../core/dialects/index.ts";
import { metered } from "../../../core/dialects/metered.ts";
import { readRows, sharedPath } from "../../shared-data.ts";
import { answerHead, bytesOf, denied, frames } from "./answers.ts";

const head = { method: "POST", path: "/v1/rerank", query: "?x=1", headers: {} };

describe("a metered call", () => {
  it("gives the model it names, if any, and no text", () => {
    const read = (json: JsonValue) => metered.readCall(Buffer.from(JSON.stringify(json)), head);
    const about = { operation: "metered", texts: [], outputTokensMax: undefined };
    expect(read({ model: "m", query: "q" })).toMatchObject({ ...about, model: "m" });
    expect(read({ input: "x" })).toMatchObject({ ...about, model: undefined });
    expect(metered.readCall(Buffer.alloc(0), head)).toMatchObject({ ...about, model: undefined });
  });

  it("is written as it came, but for the model's other name", () => {
    const body = Buffer.from('{ "model":"m", "top_n":1.0 }');
    const call = metered.readCall(body, head);
    if (call.kind === "refusal") throw new Error(call.message);
    expect(metered.writeCall(call, head, "m")).toEqual({ path: "/v1/rerank?x=1", body });
    expect(metered.writeCall(call, head, undefined).body).toBe(body);
    expect(metered.writeCall(call, head, "n").body.toString()).toBe('{ "model":"n", "top_n":1.0 }');
  });

  it.each([
    ['{"model":"a","model":"b"}', "body_ambiguous"],
    ['{"Model":"b"}', "body_ambiguous"],
    ['{"model":1}', "request_malformed"],
    ["[]", "request_malformed"],
    ['{"model":', "body_malformed"],
    ["model=a", "body_malformed"],
  ])("%s is refused", (body, code) => {
    expect(metered.readCall(Buffer.from(body), head)).toMatchObject({ code });
  });

  it("has its model in the path where Azure has it", () => {
    const path = "/openai/deployments/tts/audio/speech";
    const call = azureMetered.readCall(Buffer.from('{"input":"x"}'), { ...head, path });
    expect(call).toMatchObject({ operation: "metered", model: "tts" });
  });

  it("is answered by whatever comes, and refused in OpenAI's words", () => {
    const chunks = [Buffer.from([0xff, 0xfe]), Buffer.from("{not json")];
    const said = frames(metered, answerHead("audio/mpeg"), chunks);
    expect(bytesOf(said).equals(Buffer.concat(chunks))).toBe(true);
    expect(JSON.parse(metered.refuse(denied).body.toString())).toMatchObject({
      error: { code: "model_denied" },
    });
  });
});

describe("recorded calls that no dialect reads", () => {
  it.each([
    ["moderations", "metered"],
    ["rerank", "metered"],
    ["cohere-chat", "refused"],
  ])("%s are %s by name", (name, coverage) => {
    const path = sharedPath(`recorded/${name}.jsonl.gz`);
    const rows = path === undefined ? [] : readRows<{ readonly request: { readonly url: string } }>(path);
    for (const { request } of rows) {
      // OpenRouter's base URL ends in /api.
      const at = new URL(request.url).pathname.replace(/^\/api\//, "/");
      expect([at, findRoute(apis.openai?.routes ?? [], "POST", at)?.coverage]).toEqual([at, coverage]);
    }
  });
});
