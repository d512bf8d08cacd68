// Owns the proof that a marked proof comes back as it was and is never taken for a vendor's own. Knows no
// format.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMarked, markProof, mayHoldMark, unmarkProof, unproven } from "../../../core/text/proof-mark.ts";

/** As the vendors' own begin: OpenAI's, two of Anthropic's, Google's, one withheld. */
const genuine = [
  "gAAAAABo9rq",
  "EqQBCkgIARAB",
  "ErUBCkYIBRgC",
  "CrQCAdHtim9",
  "EmwKAhgBEgy3va3p",
  "",
  "sluice:",
];

describe("a mark", () => {
  it("comes back with whose proof it was, and of what", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "binary" }), fc.boolean(), (signature, isRedacted) => {
        fc.pre(signature.isWellFormed());
        const carried = { prover: "anthropic", signature, isRedacted };
        const marked = markProof(carried);
        expect([isMarked(marked), unmarkProof(marked)]).toEqual([true, carried]);
        expect(mayHoldMark(Buffer.from(JSON.stringify({ signature: marked })))).toBe(true);
      }),
    );
  });

  it("is base64, which it stays through an SDK that takes it for bytes", () => {
    for (const signature of ["a", "ab", "abc"]) {
      const marked = markProof({ prover: "openai", signature, isRedacted: true });
      expect(Buffer.from(marked, "base64").toString("base64")).toBe(marked);
    }
  });

  it("stands for no proof where there is none, or where somebody made it up", () => {
    expect([isMarked(unproven), unmarkProof(unproven)]).toEqual([true, undefined]);
    for (const text of ["sluice:anthropic:shown:", "sluice:anthropic:seen:x", "sluice:A:shown:x"]) {
      expect(unmarkProof(Buffer.from(text).toString("base64"))).toBe(undefined);
    }
  });

  it.each(genuine)("is not %o", (signature) => {
    expect([isMarked(signature), unmarkProof(signature)]).toEqual([false, undefined]);
  });

  it("is no value but a text", () => {
    for (const value of [undefined, null, 1, [unproven], { unproven }]) expect(isMarked(value)).toBe(false);
  });
});
