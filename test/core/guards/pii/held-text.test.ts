// Owns the proof that held text is the end of what was pushed, and that its places are those of the whole.
// Knows no type.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HeldText } from "../../../../core/guards/pii/held-text.ts";

const texts = fc
  .array(
    fc.constantFrom("a", "1", " ", "\u200b", "４", "🙂", "\ud835\udfd8", "\ud83d", "\udc00", "é", "\0"),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

describe("held text", () => {
  it("is the same however it is pushed, and each unit's place is its own", () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(40), { maxLength: 6 }), (text, cuts) => {
        const whole = new HeldText();
        whole.push(text);
        whole.end();
        const held = new HeldText();
        const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
        for (const [at, end] of places.slice(1).entries()) held.push(text.slice(places[at], end));
        held.end();
        expect(held.text).toBe(whole.text);
        for (let at = 0; at < held.text.length; at++) {
          expect([held.startOf(at), held.endOf(at)]).toEqual([whole.startOf(at), whole.endOf(at)]);
          expect(held.endOf(at)).toBeGreaterThan(held.startOf(at));
        }
      }),
    );
  });

  it("keeps its places when the first units go", () => {
    const held = new HeldText();
    held.push("ab\u200bc４d");
    held.drop(2);
    expect([held.text, held.base, held.startOf(0), held.endOf(0)]).toEqual(["c4d", 2, 3, 4]);
    held.push("ef");
    expect([held.text, held.startOf(3), held.startOf(5)]).toEqual(["c4def", 6, 8]);
  });

  it("waits for the other half of a pair, and gives it up at the end", () => {
    const held = new HeldText();
    held.push("a\ud835");
    expect([held.text, held.startOf(1)]).toEqual(["a", 1]);
    held.push("\udfd8b");
    expect([held.text, held.startOf(1), held.endOf(1)]).toEqual(["a0b", 1, 3]);
    held.push("\ud83d");
    held.end();
    expect(held.text).toBe("a0b\ud83d");
  });
});
