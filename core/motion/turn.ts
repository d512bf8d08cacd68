// Owns fairness between exchanges: how long one turn of the event loop may go on moving bytes. Knows no
// exchange.

/** A burst on some sockets holds up everything else, `/health` included, for no longer than about this. */
const turnMsMax = 5;

let isOpen = false;
let startedAtMs = 0;

/** libuv hands over up to 2 MiB a socket in one turn: past the budget, chunks wait for the next one. */
export function isTurnSpent(): boolean {
  const nowMs = performance.now();
  if (isOpen) return nowMs - startedAtMs > turnMsMax;
  isOpen = true;
  startedAtMs = nowMs;
  setImmediate(endTurn);
  return false;
}

function endTurn(): void {
  isOpen = false;
}
