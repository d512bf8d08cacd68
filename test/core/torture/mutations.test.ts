// Owns the proof that no damage to a good body breaks a reader: what is still accepted has one reading and
// goes out as it came.

import fc from "fast-check";
import { describe, it } from "vitest";
import { anyCut } from "../text/cuts.ts";
import { checkAnswer, checkRequest } from "./one-reading.ts";
import { collectSpecimens } from "./specimens.ts";

const specimens = (await collectSpecimens()).filter(({ dialect }) => dialect.name !== "metered");

/** At `at` of its length, over `length` bytes. */
interface Damage {
  readonly kind: "set" | "flip" | "drop" | "repeat" | "put" | "move";
  readonly at: number;
  readonly length: number;
  readonly byte: number;
  readonly text: string;
}

const tokens = [
  ...['"', "\\", "{", "}", "[", "]", ",", ":", "null", "1e999", "-", '"model":"x",', "\\u0000", "\\ud800"],
  ...["\n", "\r", "\r\n", "\n\n", "data: ", "data:", "event: error\n", ":\n", "[DONE]", "\u0000", "\ufeff"],
];

const damages = fc.array(
  fc.record<Damage>({
    kind: fc.constantFrom("set", "flip", "drop", "repeat", "put", "move"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    byte: fc.nat(255),
    text: fc.constantFrom(...tokens),
  }),
  { minLength: 1, maxLength: 4 },
);

function damage(bytes: Buffer, { kind, at, length, byte, text }: Damage): Buffer {
  const place = Math.floor(at * bytes.length);
  const [before, piece, after] = [
    bytes.subarray(0, place),
    bytes.subarray(place, place + length),
    bytes.subarray(place + length),
  ];
  switch (kind) {
    case "set":
      return Buffer.concat([before, Buffer.from([byte]), bytes.subarray(place + 1)]);
    case "flip":
      return Buffer.concat([
        before,
        Buffer.from([(bytes[place] ?? 0) ^ (1 << (byte % 8))]),
        bytes.subarray(place + 1),
      ]);
    case "drop":
      return Buffer.concat([before, after]);
    case "repeat":
      return Buffer.concat([before, piece, piece, after]);
    case "put":
      return Buffer.concat([before, Buffer.from(text), piece, after]);
    case "move":
      return Buffer.concat([before, after, piece]);
  }
}

const damaged = (bytes: Buffer) => damages.map((all) => all.reduce(damage, bytes));

describe.each(specimens)("$name", (specimen) => {
  it("a damaged request", () => {
    fc.assert(
      fc.property(damaged(specimen.request), (body) => void checkRequest(specimen, body)),
      { numRuns: 100 },
    );
  });

  it("a damaged answer, however it is cut", () => {
    const answers = damaged(specimen.answer).chain((body) => fc.tuple(fc.constant(body), anyCut(body)));
    fc.assert(
      fc.property(answers, ([body, chunks]) => void checkAnswer(specimen, body, chunks)),
      { numRuns: specimen.answer.length > 20_000 ? 20 : 100 },
    );
  });
});
