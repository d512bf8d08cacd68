// Owns the shape of a connection whose bytes are carried instead of answered. Moves none of them.

import type { Refusal } from "../contracts/refusal.ts";

/** How a connection ended whose bytes were carried, behind the status that opened it. */
export interface Carried {
  readonly status: number;
  readonly refusal?: Refusal | undefined;
}

/** A refusal: nothing has been said to the client yet. */
export type Carry = () => Promise<Carried | Refusal>;
