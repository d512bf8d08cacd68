// Owns the proof that raw bytes pass as they come and refusals say why. Knows the raw dialect only.

import { expect, it } from "vitest";
import { noUsage } from "../../../core/contracts/frame.ts";
import { raw } from "../../../core/dialects/index.ts";
import { answerHead, denied, frames, limited } from "./answers.ts";

const request = { method: "PUT", path: "/x", query: "?y", headers: { "content-encoding": "br" } };
const head = answerHead("application/octet-stream", 200, { "content-encoding": "gzip" });

it("a request is its bytes, whatever they are", () => {
  const body = Buffer.from([0xff, 0x00]);
  const call = raw.readCall(body, request);
  expect(call).toMatchObject({ kind: "call", operation: "agent", body, value: undefined, texts: [] });
  if (call.kind === "refusal") throw new Error(call.code);
  const written = raw.writeCall(call, request, "other");
  expect(written.path).toBe("/x?y");
  expect(written.body).toBe(body);
});

it("an answer is its chunks, which say nothing", () => {
  const chunks = [Buffer.from("a"), Buffer.from("b")];
  const answer = frames(raw, head, chunks);
  expect(answer.map(({ bytes }) => bytes)).toEqual(chunks);
  expect(answer.flatMap(({ deltas }) => deltas)).toEqual([]);
  const [frame] = answer;
  const writer = raw.writer(head);
  if (frame !== undefined) expect(writer.edit(frame, [])).toBe(frame);
  expect(writer.end("length", noUsage)).toEqual([]);
  expect(writer.refuse(denied)).toBeUndefined();
});

it("a refusal is problem+json", () => {
  const { head, body } = raw.refuse(limited);
  expect(head.status).toBe(429);
  expect(head.headers).toEqual({
    "content-type": "application/problem+json",
    "x-sluice-refusal": "rate_limited",
    "retry-after": "1",
  });
  expect(JSON.parse(body.toString())).toEqual({
    type: "urn:sluice:refusal:rate_limited",
    title: "A request limit is reached.",
    status: 429,
    detail: "Wait a second.",
    code: "rate_limited",
  });
});
