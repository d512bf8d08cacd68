// Owns the proof that headers are read as RFC 9110 writes them. Knows media.ts only.

import { expect, it } from "vitest";
import { isEncoded, isJson, mediaType } from "../../../core/text/media.ts";

it("a media type is told without its parameters, in lower case", () => {
  const types = ["Application/JSON ; charset=utf-8", "text/event-stream", ["a", "b"], undefined];
  expect(types.map((type) => mediaType({ "content-type": type }))).toEqual([
    "application/json",
    "text/event-stream",
    "",
    "",
  ]);
  expect(["application/json", "application/problem+json", "text/json"].map(isJson)).toEqual([
    true,
    true,
    true,
  ]);
  expect(["application/jsonl", "text/plain", ""].map(isJson)).toEqual([false, false, false]);
});

it("a body is encoded unless its coding is identity", () => {
  for (const coding of ["gzip", "identity, gzip", "x", ["gzip"]]) {
    expect(isEncoded({ "content-encoding": coding })).toBe(true);
  }
  for (const coding of [undefined, "", " Identity "])
    expect(isEncoded({ "content-encoding": coding })).toBe(false);
});
