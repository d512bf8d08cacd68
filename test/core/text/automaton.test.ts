// Owns the proof that one pass finds the words that looking for each would find. Knows no text.

import fc from "fast-check";
import { expect, it } from "vitest";
import { Automaton } from "../../../core/text/automaton.ts";

const symbol = fc.integer({ min: 1, max: 3 });

it("finds each word wherever it ends", () => {
  const words = fc.uniqueArray(fc.array(symbol, { minLength: 1, maxLength: 4 }), {
    maxLength: 6,
    selector: (word) => word.join(),
  });
  fc.assert(
    fc.property(words, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 }), (list, text) => {
      const automaton = new Automaton(list, 4);
      let state = 0;
      for (const [at, each] of text.entries()) {
        state = automaton.step(state, each);
        const read = text.slice(0, at + 1).join();
        const ending = list.flatMap((word, index) => (`,${read}`.endsWith(`,${word.join()}`) ? [index] : []));
        expect([...automaton.ends(state)].sort()).toEqual(ending);
      }
    }),
  );
});

it("knows how much of a word is read", () => {
  const automaton = new Automaton([[1, 2, 3]], 4);
  let state = 0;
  const depths = [1, 2, 1, 0].map((each) => {
    state = automaton.step(state, each);
    return automaton.depth(state);
  });
  expect(depths).toEqual([1, 2, 1, 0]);
});
