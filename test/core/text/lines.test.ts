// Owns the proof that lines are cut at LF, however the bytes arrive. Knows LineCutter only.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineCutter } from "../../../core/text/lines.ts";
import { anyCut } from "./cuts.ts";

function cut(chunks: readonly Buffer[], bytesMax = 100): string[] {
  const cutter = new LineCutter(bytesMax);
  const units = chunks.flatMap((chunk) => {
    const cut = cutter.push(chunk);
    if ("kind" in cut) throw new Error(cut.code);
    return cut;
  });
  return [...units, ...[cutter.rest() ?? []].flat()].map(String);
}

describe("lines", () => {
  it("keep their ends, the last one may have none", () => {
    expect(cut([Buffer.from('{"a":1}\n\n{"b"'), Buffer.from(":2}\r\n3")])).toEqual([
      '{"a":1}\n',
      "\n",
      '{"b":2}\r\n',
      "3",
    ]);
  });

  it("are the same at any cut", () => {
    const bytes = Buffer.from('{"a":"é"}\n{"b":2}\r\n\n[]\nrest');
    fc.assert(
      fc.property(anyCut(bytes), (chunks) => {
        expect(cut(chunks)).toEqual(cut([bytes]));
      }),
    );
  });

  it("are bounded, complete or not", () => {
    expect(() => cut([Buffer.from("x\n".repeat(99))], 2)).not.toThrow();
    expect(() => cut([Buffer.from("xx\n")], 2)).toThrow("upstream_too_large");
    expect(() => cut([Buffer.from("xx"), Buffer.from("x")], 2)).toThrow("upstream_too_large");
  });
});
