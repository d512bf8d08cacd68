// Owns the proof of how whole responses are read where the recorded ones are silent. Knows no client.

import { describe, expect, it } from "vitest";
import {
  openAiInputTokens,
  openAiResponses,
  openAiStoredResponses,
} from "../../../../core/dialects/openai-responses.ts";
import { answerHead, deltasOf, frames, read, textsOf } from "../answers.ts";
import { call, completed, message, type Node, response } from "./events.ts";

const head = answerHead("application/json");
const bytes = (value: object) => [Buffer.from(JSON.stringify(value))];
const said = (value: object) => frames(openAiResponses, head, bytes(value));
const kinds = (value: object) => deltasOf(said(value)).map(({ kind }) => kind);
const finished = completed(message("Hi"), { ...call, arguments: "{}" }).response as Node;

describe("a whole response", () => {
  it("is one frame that begins, says all it says, ends and counts", () => {
    expect(said(finished)).toHaveLength(1);
    expect(kinds(finished)).toEqual(["start", "text", "tool", "tool.name", "tool.args", "end", "usage"]);
    expect(deltasOf(said(finished)).every((delta) => !("mode" in delta) || delta.mode === "append")).toBe(
      true,
    );
  });

  it("that is queued or at work in the background has no end and no usage yet", () => {
    for (const status of ["queued", "in_progress"]) expect(kinds({ ...response, status })).toEqual(["start"]);
  });

  it("that failed is an error behind a good head, by its code", () => {
    const failed = { ...response, status: "failed", error: { code: "server_error", message: "m" } };
    expect(deltasOf(said(failed))).toContainEqual({ kind: "error", status: 500 });
    expect(deltasOf(said({ error: { code: "insufficient_quota" } }))).toEqual([
      { kind: "error", status: 429 },
    ]);
  });

  it("is an error by its status whatever its body says", () => {
    for (const body of ["", "<html>", '{"error":{"message":"m"}}', JSON.stringify(finished)]) {
      const read = frames(openAiResponses, answerHead("application/json", 429), [Buffer.from(body)]);
      expect(deltasOf(read)).toEqual([{ kind: "error", status: 429 }]);
    }
  });

  it("is refused where it is cut, encoded, or no response", () => {
    const code = (body: string, headers = {}) => {
      const answer = read(openAiResponses, answerHead("application/json", 200, headers), [Buffer.from(body)]);
      return "kind" in answer ? answer.code : "read";
    };
    const body = JSON.stringify(finished);
    expect(code(body.slice(0, -1))).toBe("upstream_truncated");
    expect(code("")).toBe("upstream_truncated");
    expect(code("[]")).toBe("upstream_malformed");
    expect(code(`${body}{}`)).toBe("upstream_malformed");
    expect(code(JSON.stringify({ ...finished, output: "Hi" }))).toBe("upstream_malformed");
    expect(code(body, { "content-encoding": "gzip" })).toBe("upstream_encoded");
  });
});

describe("kept responses", () => {
  const stored = (value: object) => frames(openAiStoredResponses, head, bytes(value));

  it("are read like new ones, and what was asked for them is read as well", () => {
    expect(textsOf(stored(finished))).toMatchObject({ "text 0/0/0": "Hi", "tool.args 0/tool/1": "{}" });
    const asked = { type: "message", role: "user", content: [{ type: "input_text", text: "secret" }] };
    const output = { type: "function_call_output", call_id: "c", output: "found" };
    expect(textsOf(stored({ object: "list", data: [asked, output] }))).toEqual({
      "text 0/0/0": "secret",
      "tool.result 0/tool/1/output": "found",
    });
  });

  it("that are cancelled end so; those that are deleted say nothing more", () => {
    const cancelled = deltasOf(stored({ ...response, status: "cancelled" }));
    expect(cancelled).toContainEqual({ kind: "end", channel: "0", reason: "cancelled", stop: "other" });
    const deleted = deltasOf(stored({ id: "resp_1", object: "response.deleted", deleted: true }));
    expect(deleted.map(({ kind }) => kind)).toEqual(["start"]);
  });
});

it("counted tokens are no usage", () => {
  const counted = { object: "response.input_tokens", input_tokens: 51 };
  expect(deltasOf(frames(openAiInputTokens, head, bytes(counted)))).toEqual([]);
});
