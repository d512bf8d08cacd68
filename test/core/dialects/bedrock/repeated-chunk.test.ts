// Owns the proof that a chunk that is known again says what a reading of its own would say.
// Knows no other stream.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageDecoder } from "../../../../core/dialects/bedrock-converse/stream.ts";
import { RepeatedChunk } from "../../../../core/dialects/bedrock-invoke/repeated-chunk.ts";
import { InvokePayloads } from "../../../../core/dialects/bedrock-invoke/stream.ts";
import { isPlaced } from "../../../../core/dialects/placed-text.ts";
import { payloadOf, replacePayload, writeMessage } from "../../../../core/text/eventstream-message.ts";
import { chunk } from "./events.ts";

const start = chunk({
  type: "content_block_start",
  index: 0,
  content_block: { type: "text", text: "" },
});
const eventOf = (text: string) => ({
  type: "content_block_delta",
  index: 0,
  delta: { type: "text_delta", text },
});
const model = chunk(eventOf("one"));

const wrapped = (inside: string, padding = ',"p":"abc"') =>
  replacePayload(model, Buffer.from(`{"bytes":"${inside}"${padding}}`, "latin1"));
const json = (text: string) => JSON.stringify(eventOf(text));
const inBase64 = (text: string) => Buffer.from(json(text)).toString("base64");

/** What the last of the messages says to one who has heard those before. */
function said(units: readonly Buffer[]) {
  const decoder = new MessageDecoder(new InvokePayloads());
  const heard = units.map((unit) => decoder.decode(unit)).at(-1);
  return heard?.kind === "frame" ? heard.deltas : heard?.code;
}

function sameAs(unit: Buffer): void {
  expect(said([start, model, unit])).toEqual(said([start, unit]));
}

/** What is known again, if it is. */
function known(unit: Buffer): readonly string[] | undefined {
  const repeated = new RepeatedChunk();
  const decoder = new MessageDecoder(new InvokePayloads());
  decoder.decode(start);
  const read = decoder.decode(model);
  if (read.kind !== "frame") throw new Error(read.code);
  repeated.learn(model, Buffer.from(json("one")), read.deltas);
  return repeated
    .match(unit)
    ?.filter(isPlaced)
    .map(({ text }) => text);
}

describe("a chunk like the one before", () => {
  it.each(["a", "ab", "abc", "abcd", " the", "é日\u{1f600}", 'a "b" \\ \n', "x".repeat(300)])(
    "is known: %j",
    (text) => {
      expect(known(wrapped(inBase64(text)))).toEqual([text]);
      sameAs(wrapped(inBase64(text)));
    },
  );

  it("is known by any padding that AWS writes", () => {
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (let length = 0; length <= letters.length; length++) {
      const unit = wrapped(inBase64("two"), `,"p":"${letters.slice(0, length)}"`);
      expect(known(unit)).toEqual(["two"]);
    }
    expect(known(wrapped(inBase64("two"), ""))).toEqual(["two"]);
  });

  it("is read by itself where anything else differs", () => {
    const whole = inBase64("two");
    for (const unit of [
      wrapped(whole, ',"p":"abd"'),
      wrapped(whole, ',"p":"abc","q":1'),
      wrapped(whole, ',"bytes":"e30="'),
      wrapped(`${whole} `),
      wrapped(whole.slice(0, -1)),
      wrapped(`${whole.slice(0, -4)}====`),
      wrapped(`${whole.slice(0, -4)}a===`),
      wrapped(`${whole}Ï`),
      wrapped(inBase64("x".repeat(2_000))),
      wrapped(Buffer.from(json("two").replace('"index":0', '"index":1')).toString("base64")),
      wrapped(Buffer.from(`${json("two")} `).toString("base64")),
      wrapped(Buffer.from(json("é"), "latin1").toString("base64")),
      writeMessage({ type: "event", name: "other" }, payloadOf(wrapped(whole)).toString()),
      writeMessage({ type: "exception", name: "chunk" }, payloadOf(wrapped(whole)).toString()),
    ]) {
      expect(known(unit)).toBeUndefined();
      sameAs(unit);
    }
  });

  it("says the same with any byte of its payload another", () => {
    const payload = payloadOf(wrapped(inBase64("some words")));
    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.nat(255), (at, byte) => {
        const other = Buffer.from(payload);
        other[at] = byte;
        sameAs(replacePayload(model, other));
      }),
      { numRuns: 2_000 },
    );
  });

  it("says the same whatever its text is", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => sameAs(wrapped(inBase64(text)))));
  });
});
