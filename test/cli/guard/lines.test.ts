// Owns the proof that bytes become lines however they come, within a bound. Knows no row.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, type LostLine, readLines } from "../../../cli/guard/lines.ts";

async function linesOf(
  bytes: Buffer,
  at: readonly number[],
  bytesMax?: number,
): Promise<(Line | LostLine)[]> {
  const cuts = [0, ...at.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  const chunks = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
  const lines: (Line | LostLine)[] = [];
  for await (const line of readLines(fromChunks(chunks), bytesMax)) lines.push(line);
  return lines;
}

async function* fromChunks(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

const places = fc.array(fc.nat(200), { maxLength: 20 });

describe("lines", () => {
  it("are the same however the bytes are cut", async () => {
    const texts = fc.array(fc.constantFrom("{}", "é\r", "", "  ", "a b", "日本", '"\\n"'), { maxLength: 12 });
    const property = fc.asyncProperty(texts, places, async (parts, at) => {
      const expected = parts
        .map((text, index) => ({ number: index + 1, text }))
        .filter(({ text }) => text.trim() !== "");
      expect(await linesOf(Buffer.from(parts.join("\n")), at)).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it("that are too long, or no UTF-8, are lost alone", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${"x".repeat(9)}\nok\n`),
      Buffer.from([0xff, 0x0a]),
      Buffer.from("end"),
    ]);
    for (const at of [[], [3, 8], Array.from({ length: bytes.length }, (_, index) => index)]) {
      expect(await linesOf(bytes, at, 8)).toEqual([
        { number: 1, problem: "is longer than 8 bytes" },
        { number: 2, text: "ok" },
        { number: 3, problem: "is not UTF-8" },
        { number: 4, text: "end" },
      ]);
    }
  });
});
