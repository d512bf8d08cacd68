// Owns the proof that a vendor's proof of thought comes to that vendor alone, whoever carries it. Knows no
// format.

import { describe, expect, it } from "vitest";
import {
  type Conversation,
  noSampling,
  type Prover,
  type ReasoningPart,
} from "../../../core/contracts/conversation.ts";
import type { Delta, SignatureDelta } from "../../../core/contracts/frame.ts";
import { bringProofs, carryProofs } from "../../../core/motion/proofs.ts";
import { isMarked, markProof, unproven } from "../../../core/text/proof-mark.ts";

const signed: SignatureDelta = { kind: "signature", channel: "0", signature: "proof", isRedacted: false };
const withheld: SignatureDelta = { ...signed, isRedacted: true };
const thought: Delta = { kind: "reasoning", channel: "0", text: "hm", mode: "append" };

const reasoning = (signature: string | undefined): ReasoningPart => ({
  kind: "reasoning",
  text: "hm",
  signature,
  isRedacted: false,
});
const hidden = (signature: string): ReasoningPart => ({ ...reasoning(signature), isRedacted: true });
const brought = (part: ReasoningPart, from: Prover | undefined, to: Prover | undefined) => {
  const conversation: Conversation = {
    ...{ messages: [{ role: "assistant", parts: [part] }], tools: [], toolChoice: undefined },
    ...{ allowsParallelToolCalls: undefined, outputTokensMax: undefined, sampling: noSampling },
    ...{ format: undefined, reasoning: undefined, isStream: false, extras: [] },
  };
  return bringProofs(conversation, from, to).messages[0]?.parts[0];
};

describe("what a client carries", () => {
  it("is its own vendor's proof as it is", () => {
    const deltas = [thought, signed, withheld];
    expect(carryProofs(deltas, "anthropic", "anthropic")).toBe(deltas);
  });

  it("is another's under a mark, beside what was thought", () => {
    const [said, ...proofs] = carryProofs([thought, signed, withheld], "openai", "anthropic");
    expect(said).toBe(thought);
    expect(proofs).toMatchObject([{ isRedacted: false }, { isRedacted: true }]);
    for (const proof of proofs) expect(proof.kind === "signature" && isMarked(proof.signature)).toBe(true);
  });

  it("is no proof that has no way back", () => {
    expect(carryProofs([thought, signed], undefined, "anthropic")).toEqual([thought]);
    expect(carryProofs([thought, signed], "anthropic", undefined)).toEqual([thought]);
    expect(carryProofs([thought, withheld], undefined, undefined)).toEqual([thought]);
  });
});

describe("what is brought to a model", () => {
  const proof = { prover: "anthropic", signature: "proof" };
  const [shown, unseen] = [false, true].map((isRedacted) => markProof({ ...proof, isRedacted })) as [
    string,
    string,
  ];

  it("is the client's own vendor's proof as it is", () => {
    expect(brought(hidden("proof"), "anthropic", "anthropic")).toEqual(hidden("proof"));
  });

  it("is its vendor's proof out of the mark, and shown or withheld as it was", () => {
    expect(brought(hidden(shown), "openai", "anthropic")).toEqual(reasoning("proof"));
    expect(brought(reasoning(unseen), "openai", "anthropic")).toEqual(hidden("proof"));
  });

  it.each([
    ["the client's, which is another's", hidden("proof"), "openai", "anthropic"],
    ["another's out of a mark", hidden(unseen), "openai", "openai"],
    ["nobody's", reasoning(unproven), "anthropic", "anthropic"],
    ["none", reasoning(undefined), "anthropic", "anthropic"],
    ["one for whom there is none", reasoning("proof"), "anthropic", undefined],
    ["one where none can stand", reasoning("proof"), undefined, undefined],
  ] as const)("is a thought without a proof: %s", (_what, part, from, to) => {
    expect(brought(part, from, to)).toEqual(reasoning(undefined));
  });
});
