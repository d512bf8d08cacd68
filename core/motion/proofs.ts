// Owns what becomes of proofs of thought where a vendor's client is answered by another's model: each comes
// to its own vendor alone. Knows no format.

import type { Conversation, Part, Prover, ReasoningPart } from "../contracts/conversation.ts";
import type { Delta } from "../contracts/frame.ts";
import { isMarked, markProof, unmarkProof } from "../text/proof-mark.ts";

/**
 * What a model says, as a client may carry it. `by`: whose proofs the model gives; `at`: whose the client's
 * vendor takes. A thought whose proof has no way back is one without.
 */
export function carryProofs(
  deltas: readonly Delta[],
  by: Prover | undefined,
  at: Prover | undefined,
): readonly Delta[] {
  if (by === at && by !== undefined) return deltas;
  if (!deltas.some(({ kind }) => kind === "signature")) return deltas;
  return deltas.flatMap((delta): readonly Delta[] => {
    if (delta.kind !== "signature") return [delta];
    if (by === undefined || at === undefined) return [];
    return [{ ...delta, signature: markProof({ ...delta, prover: by }) }];
  });
}

/** What a client asks, with the proofs that the model takes. `from`: whose stand in it unmarked. */
export function bringProofs(
  conversation: Conversation,
  from: Prover | undefined,
  to: Prover | undefined,
): Conversation {
  const { messages } = conversation;
  const prove = (part: Part) => (part.kind === "reasoning" ? proven(part, from, to) : part);
  return {
    ...conversation,
    messages: messages.map(({ role, parts }) => ({ role, parts: parts.map(prove) })),
  };
}

function proven(part: ReasoningPart, from: Prover | undefined, to: Prover | undefined): ReasoningPart {
  const { signature, isRedacted } = part;
  const plain = { ...part, signature: undefined, isRedacted: false };
  if (signature === undefined || to === undefined) return plain;
  const carried = isMarked(signature) ? unmarkProof(signature) : { prover: from, signature, isRedacted };
  if (carried?.prover !== to) return plain;
  return { ...part, signature: carried.signature, isRedacted: carried.isRedacted };
}
