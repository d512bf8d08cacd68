// Owns the proof that events are cut and read as WHATWG HTML says, however bytes arrive. Knows no dialect.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SseCutter } from "../../../core/text/sse.ts";
import { bomLength, readEvent, replaceData, spliceEvent, writeEvent } from "../../../core/text/sse-event.ts";
import { sharedPath } from "../../shared-data.ts";
import { anyCut, everyCut } from "./cuts.ts";

/** Units of a stream cut in these chunks, its unfinished rest last. */
function cut(chunks: readonly Buffer[], bytesMax = 1 << 20): Buffer[] {
  const cutter = new SseCutter(bytesMax);
  const units = chunks.flatMap((chunk) => {
    const cut = cutter.push(chunk);
    if ("kind" in cut) throw new Error(cut.code);
    return cut;
  });
  const rest = cutter.rest();
  return rest === undefined ? units : [...units, rest];
}

/** What an EventSource would dispatch. */
function dispatched(chunks: readonly Buffer[]) {
  const units = cut(chunks);
  if (!/(\n|\r)(\n|\r)$|^(\n|\r)*$/.test(units.at(-1)?.toString() ?? "")) units.pop();
  return units.flatMap((unit, index) => {
    const { name, data } = readEvent(unit, index === 0 ? bomLength(unit) : 0);
    return data === undefined ? [] : [{ event: name, data: data.toString() }];
  });
}

const cutText = (...chunks: string[]) => cut(chunks.map((chunk) => Buffer.from(chunk))).map(String);

describe("cutting", () => {
  it("gives out an event, a comment and an empty line as units of their own", () => {
    expect(cutText("data: a\n\n: b\n\n\ndata: c\r\n\r\n\rdata: d\r\rdata")).toEqual([
      "data: a\n\n",
      ": b\n\n",
      "\n",
      "data: c\r\n\r\n",
      "\r",
      "data: d\r\r",
      "data",
    ]);
  });

  it("gives out an event as soon as its empty line is there, the LF of a cut CRLF later", () => {
    expect(cutText("data: a\r\n\r", "\ndata: b\r\n\r\n")).toEqual(["data: a\r\n\r", "\ndata: b\r\n\r\n"]);
    expect(cutText("data: a\r", "\n\r\n")).toEqual(["data: a\r\n\r\n"]);
    expect(cutText("data: a\r", "", "\rdata: b")).toEqual(["data: a\r\r", "data: b"]);
  });

  it("copies nothing that lies within one chunk: neighbours stay neighbours", () => {
    const chunk = Buffer.from("data: a\n\ndata: b\n\n: c\n\nda");
    const units = cut([chunk]);
    let at = chunk.byteOffset;
    for (const unit of units) {
      expect([unit.buffer, unit.byteOffset]).toEqual([chunk.buffer, at]);
      at += unit.length;
    }
    const whole = Buffer.from("data: a\n\n");
    expect(cut([whole])[0]).toBe(whole);
  });

  it("bounds one unit, complete or not, and nothing else", () => {
    const long = `data: ${"x".repeat(100)}\n\n`;
    expect(cutText(long.repeat(9)).length).toBe(9);
    const bound =
      (...chunks: string[]) =>
      () =>
        cut(
          chunks.map((chunk) => Buffer.from(chunk)),
          60,
        );
    expect(bound(long)).toThrow("upstream_too_large");
    expect(bound(long.slice(0, 61))).toThrow("upstream_too_large");
    expect(bound(long.slice(0, 59), "xx")).toThrow("upstream_too_large");
    expect(bound(long.slice(0, 58), "\n\n")).not.toThrow();
    expect(bound(long.slice(0, 59), "\n\n")).toThrow("upstream_too_large");
  });

  it("is linear where nothing but one kind of line end comes, and where bytes come one by one", () => {
    const cutter = new SseCutter(1 << 26);
    for (const line of ["a\r", "a\n", "a\r\n"]) cutter.push(Buffer.from(line.repeat(1e6)));
    const byte = Buffer.from("x");
    for (let count = 0; count < 5e5; count++) cutter.push(byte);
    expect(cutter.rest()?.length).toBe(7.5e6);
  });

  it("loses no byte, and finds the same data, at any cut of any stream", () => {
    const lines = fc.array(
      fc.constantFrom("data: a", "data:", "data", "event: x", ": c", "", "id: 1", "dat", "data: é\u2028"),
      { maxLength: 20 },
    );
    const stream = lines.chain((texts) =>
      fc
        .array(fc.constantFrom("\n", "\r", "\r\n"), { minLength: texts.length, maxLength: texts.length })
        .map((ends) => Buffer.from(texts.map((text, at) => text + ends[at]).join(""))),
    );
    fc.assert(
      fc.property(
        stream.chain((bytes) => fc.tuple(fc.constant(bytes), anyCut(bytes))),
        ([bytes, chunks]) => {
          expect(Buffer.concat(cut(chunks)).equals(bytes)).toBe(true);
          expect(dispatched(chunks)).toEqual(dispatched([bytes]));
        },
      ),
    );
  });
});

describe("the EventSource cases", () => {
  const path = sharedPath("http/sse_cases.json");
  interface Case {
    readonly id: string;
    readonly inputBase64: string;
    readonly events: readonly { readonly event: string; readonly data: string }[];
  }
  const cases: Case[] = path === undefined ? [] : JSON.parse(readFileSync(path, "utf8"));

  it.skipIf(path === undefined)("hold whole, byte by byte and at every cut", () => {
    expect(cases.length).toBeGreaterThan(20);
    for (const { id, inputBase64, events } of cases) {
      const expected = { id, events: events.map(({ event, data }) => ({ event, data })) };
      const input = Buffer.from(inputBase64, "base64");
      for (const chunks of [[input], ...everyCut(input)]) {
        expect({ id, events: dispatched(chunks) }).toEqual(expected);
        expect(Buffer.concat(cut(chunks)).equals(input)).toBe(true);
      }
    }
  });
});

describe("an event", () => {
  const event = (text: string) => {
    const unit = Buffer.from(text);
    return { unit, ...readEvent(unit, bomLength(unit)) };
  };

  it("has a name and data, or no data", () => {
    expect(event("event: error\ndata: a\ndata:b\r\ndata\n\n")).toMatchObject({ name: "error" });
    expect(event("event: error\ndata: a\ndata:b\r\ndata\n\n").data?.toString()).toBe("a\nb\n");
    expect(event("\ufeffdata:  a").data?.toString()).toBe(" a");
    expect(event("\ndata: a\r\r").data?.toString()).toBe("a");
    for (const text of [
      ": data: a\n\n",
      "\n",
      "event: x\n\n",
      "datas: a\n\n",
      "Data: a\n\n",
      " data: a\n\n",
    ]) {
      expect(event(text).data).toBeUndefined();
    }
  });

  it("is edited in its data alone, also where that has several lines", () => {
    const { unit, ...read } = event('id: 1\ndata: {"a":"x",\r\nid: 2\ndata:"b":"é" ,"c": 1.0}\n: z\n\n');
    const edits = new Map(Object.entries({ "/a": "y", "/b": "zz", "/d": 2 }));
    const spliced = spliceEvent(unit, { ...read }, edits);
    expect(spliced.toString()).toBe(
      'id: 1\ndata: {"a":"y",\r\nid: 2\ndata:"b":"zz" ,"c": 1.0,"d":2}\n: z\n\n',
    );
    expect(() => spliceEvent(unit, event(": none\n\n"), new Map())).toThrow(RangeError);
  });

  it("is given other data, as many lines as that has", () => {
    const replace = (text: string, data: string) => {
      const { unit, ...read } = event(text);
      return replaceData(unit, { ...read }, data).toString();
    };
    expect(replace("data:a\n\n", " b")).toBe("data:  b\n\n");
    expect(replace("id: 1\ndata: a\r\nevent: x\r\ndata: b\r\n\r\n", "c\r\nd\re")).toBe(
      "id: 1\ndata: c\ndata: d\ndata: e\r\nevent: x\r\n\r\n",
    );
    expect(() => replace("id: 1\n\n", "c")).toThrow(RangeError);
  });

  it("is written on one line, with a name where it has one", () => {
    expect(writeEvent({ a: "b\nc" }).toString()).toBe('data: {"a":"b\\nc"}\n\n');
    expect(writeEvent(1, "error").toString()).toBe("event: error\ndata: 1\n\n");
  });
});
