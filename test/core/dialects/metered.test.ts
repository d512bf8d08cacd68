// Owns the proof that what nobody reads passes as it came, and is metered or refused by its name.

import { describe, expect, it } from "vitest";
import type { Dialect, HeaderMap, JsonValue, RequestHead } from "../../../core/contracts/dialect.ts";
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

  it("is refused where it is neither JSON nor a form", () => {
    for (const type of ["application/x-www-form-urlencoded", "multipart/mixed; boundary=b", "audio/mpeg"]) {
      const body = Buffer.from("model=a");
      expect(metered.readCall(body, { ...head, headers: { "content-type": type } })).toMatchObject({
        code: "body_encoded",
      });
    }
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

describe("a metered form", () => {
  const type = "multipart/form-data; boundary=b";
  const at = (path: string, headers: HeaderMap = {}) => ({
    ...{ method: "POST", path, query: "", headers: { "content-type": type, ...headers } },
  });
  const begin = "--b\r\nContent-Disposition: form-data; ";
  const form = (...fields: (readonly [about: string, content: string])[]) => {
    const parts = fields.map(([about, content]) => `${begin}${about}\r\n\r\n${content}\r\n`);
    return Buffer.from(`${parts.join("")}--b--\r\n`);
  };
  const sound = ['name="file"; filename="a.mp3"', "model\r\n\0"] as const;
  const spoken = at("/v1/audio/transcriptions");
  const call = (dialect: Dialect, body: Buffer, asked: RequestHead) => {
    const read = dialect.readCall(body, asked);
    if (read.kind === "refusal") throw new Error(read.code);
    return read;
  };

  it("gives the model it names, if any, and is no JSON", () => {
    expect(call(metered, form(['name="model"', "whisper"], sound), spoken)).toMatchObject({
      ...{ operation: "metered", model: "whisper", value: undefined, texts: [] },
    });
    expect(call(metered, form(sound), spoken).model).toBeUndefined();
  });

  it("is written as it came, but for the model's other name", () => {
    const body = form(sound, ['name="model"', "whisper"], ['name="language"', "de"]);
    const read = call(metered, body, spoken);
    expect(metered.writeCall(read, spoken, undefined).body).toBe(body);
    expect(metered.writeCall(read, spoken, "whisper").body).toBe(body);
    const renamed = form(sound, ['name="model"', "gpt-4o-transcribe"], ['name="language"', "de"]);
    expect(metered.writeCall(read, spoken, "gpt-4o-transcribe").body.equals(renamed)).toBe(true);
    const none = form(sound);
    expect(metered.writeCall(call(metered, none, spoken), spoken, "m").body).toBe(none);
  });

  it("never carries another model than Azure's path names", () => {
    const asked = at("/openai/deployments/whisper/audio/transcriptions");
    const body = form(['name="model"', "forbidden"], sound);
    const read = call(azureMetered, body, asked);
    expect(read.model).toBe("whisper");
    const own = form(['name="model"', "whisper"], sound);
    expect(azureMetered.writeCall(read, asked, undefined).body.equals(own)).toBe(true);
    const written = azureMetered.writeCall(read, asked, "other");
    expect(written.path).toBe("/openai/deployments/other/audio/transcriptions");
    expect(written.body.equals(form(['name="model"', "other"], sound))).toBe(true);
  });

  it.each([
    ["two models", ['name="model"', 'name="model"'], "body_ambiguous"],
    ["a model in another case", ['name="Model"'], "body_ambiguous"],
    ["a list of models", ['name="model[]"'], "body_ambiguous"],
    ["a model with a space", ['name="model "'], "body_ambiguous"],
    ["a model in a file", ['name="model"; filename="m"'], "body_ambiguous"],
    ["a charset of all fields", ['name="_charset_"'], "body_ambiguous"],
    ["a name that is escaped", ['name="mo\\del"'], "body_malformed"],
    ["a second name", ['name="a"; name="model"'], "body_malformed"],
  ] as const)("with %s is refused", (_what, about, code) => {
    const body = form(...about.map((name) => [name, "m"] as const));
    expect(metered.readCall(body, spoken)).toMatchObject({ code });
  });

  it("is refused where its model is no name, and where it is encoded", () => {
    for (const model of ["", "a b", "é", "a\r\nb"]) {
      expect(metered.readCall(form(['name="model"', model]), spoken)).toMatchObject({
        code: "request_malformed",
      });
    }
    const zipped = at("/v1/audio/transcriptions", { "content-encoding": "gzip" });
    expect(metered.readCall(form(['name="model"', "m"]), zipped)).toMatchObject({ code: "body_encoded" });
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
