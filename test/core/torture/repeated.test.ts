// Owns the proof that what is known again from the event before says what a reading of its own would say.

import { describe, expect, it } from "vitest";
import type { Delta } from "../../../core/contracts/frame.ts";
import { deltasOf, read } from "../dialects/answers.ts";
import { collectRecorded } from "./recorded.ts";
import type { Specimen } from "./specimens.ts";
import { unitsOf } from "./units.ts";

const streams = [...(await collectRecorded())].flatMap(([name, specimens]) => {
  const found = specimens.filter(({ head, answer }) => unitsOf(head, answer).length > 2);
  return found.length === 0 ? [] : [[name, found] as const];
});

/** With so many spaces in each unit: what has others than the one before it is not known again. */
function saidWith(
  { dialect, head, answer }: Specimen,
  spaces: (at: number) => number,
): readonly Delta[] | string {
  const units = unitsOf(head, answer).map(({ bytes, payload, around }, at) =>
    payload === undefined ? bytes : around(Buffer.concat([Buffer.alloc(spaces(at), " "), payload])),
  );
  const said = read(dialect, { ...head }, units);
  return Array.isArray(said) ? deltasOf(said) : said.code;
}

describe.each(streams)("%s", (_name, specimens) => {
  it("says the same where no event is like the one before", () => {
    for (const specimen of specimens) {
      expect(saidWith(specimen, () => 0)).toEqual(saidWith(specimen, (at) => at % 3));
    }
  });
});
