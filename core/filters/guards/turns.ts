// Owns when guards let others have their turn of the event loop. Knows no text.

import { setImmediate as turn } from "node:timers/promises";
import { isTurnSpent } from "../../motion/turn.ts";

export { isTurnSpent } from "../../motion/turn.ts";

/** The next one, whose time begins to count at once: what comes now is part of it. */
export async function nextTurn(): Promise<void> {
  await turn();
  isTurnSpent();
}
