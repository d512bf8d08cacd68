// Owns the proof that a segment's grams depend on its letters alone, never on what was read before.

import { expect, it } from "vitest";
import { gramsMax, gramsOf } from "../../../../core/guards/classifier/grams.ts";
import { Lexicon } from "../../../../core/guards/classifier/lexicon.ts";
import { TextReader } from "../../../../core/guards/classifier/reader.ts";

const mask = 0xffff;

function gramsIn(text: string): readonly number[] {
  const ids = new Int32Array(gramsMax);
  const grams: number[] = [];
  const reader = new TextReader(new Lexicon([]), {
    segment: (segment) => {
      grams.push(...ids.subarray(0, gramsOf(segment, { words: 2, letters: 5 }, ids, mask)));
    },
    run: () => {},
    tags: () => {},
  });
  reader.push(text);
  reader.end();
  return grams;
}

/** Each folds to a letter that no text held before, in a script that is read two letters at a time too. */
const folded = { "\uff76": "\u30ab", "\uffa4": "\u1102", "\ufe8d": "\u0627", "\uf902": "\u8eca" };

it.each(Object.entries(folded))("%s counts alike before and after %s was read", (written, plain) => {
  const first = gramsIn(written.repeat(4));
  gramsIn(plain);
  expect(gramsIn(written.repeat(4))).toEqual(first);
  expect(gramsIn(plain.repeat(4))).toEqual(first);
});
