// Owns the proof that headers are read as RFC 9110 writes them. Knows media.ts only.

import { expect, it } from "vitest";
import { isEncoded, isJson, isReadAsJson, mediaType } from "../../../core/text/media.ts";

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

it("a body is read as JSON in UTF-8 where its type says so, or leaves it open", () => {
  const read = [
    undefined,
    "application/json",
    "Application/JSON; charset=UTF-8",
    'application/vnd.x+json;charset="utf-8"',
    "text/plain;charset=utf-8",
    "text/json; charset=us-ascii",
  ];
  for (const type of read) expect(isReadAsJson({ "content-type": type }), type).toBe(true);
  const other = [
    "application/json; charset=utf-7",
    "application/json;charset = 'utf-16'",
    "application/json; charset=utf-8; CHARSET=utf-7",
    'application/json; x="; charset=utf-7"',
    "application/json, application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    ["application/json", "text/plain"],
  ];
  for (const type of other) expect(isReadAsJson({ "content-type": type }), String(type)).toBe(false);
});
