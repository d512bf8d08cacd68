// Owns the early end of a stream that has ended by itself already. Knows no format.

import type { Frame } from "../contracts/frame.ts";

/** Nothing is added, and nothing is refused either. */
export const nothingOwed: readonly Frame[] = [{ kind: "frame", bytes: Buffer.alloc(0), deltas: [] }];
