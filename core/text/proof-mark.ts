// Owns how a client carries a proof of thought that its own vendor must never see: marked, so that it is
// known when it comes back. Knows no vendor and no format.

import type { JsonValue } from "../contracts/json.ts";

/** A vendor's proof on its way through the client of another. */
export interface CarriedProof {
  readonly prover: string;
  readonly signature: string;
  /** The thought itself is withheld: the proof is all there is of it. */
  readonly isRedacted: boolean;
}

const sign = "sluice:";
const form = /^sluice:([a-z]+):(shown|withheld):(.+)$/s;

/** How every mark begins; no vendor's proof does. */
const beginning = "c2x1aWNlO";

/** Of a thought that nobody proved, where the format has to have a proof. */
export const unproven = encode("");

/** In base64: some SDKs take what is withheld for bytes. */
export function markProof({ prover, signature, isRedacted }: CarriedProof): string {
  return encode(`${prover}:${isRedacted ? "withheld" : "shown"}:${signature}`);
}

/** Undefined: it is not marked, or nobody proved it. */
export function unmarkProof(signature: string): CarriedProof | undefined {
  if (!isMarked(signature)) return undefined;
  const [, prover, kind, proof] = form.exec(Buffer.from(signature, "base64").toString()) ?? [];
  if (prover === undefined || proof === undefined) return undefined;
  return { prover, signature: proof, isRedacted: kind === "withheld" };
}

export function isMarked(signature: JsonValue | undefined): signature is string {
  return typeof signature === "string" && signature.startsWith(beginning);
}

/** Whether a body is worth looking through. */
export function mayHoldMark(body: Buffer): boolean {
  return body.includes(beginning);
}

function encode(text: string): string {
  return Buffer.from(sign + text).toString("base64");
}
