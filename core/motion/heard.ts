// Owns showing a call to the visits that want it, outside-in, one at a time. Knows no client and no body.

import type { Call } from "../contracts/dialect.ts";
import type { Async } from "../contracts/frame.ts";
import type { Halt, Visit } from "../contracts/visit.ts";

/** A visit that let nobody further in hear of it. */
export interface Heard {
  readonly halt: Halt | undefined;
  /** Its index: those before it have heard. */
  readonly at: number;
}

/** Undefined: all have heard. A promise only where one of them thinks. `isCut`: nobody waits any more. */
export function showCall(
  call: Call,
  { visits, isCut }: { readonly visits: readonly Visit[]; readonly isCut: () => boolean },
  from = 0,
): Async<Heard | undefined> {
  for (let at = from; at < visits.length; at++) {
    const hearing = visits[at]?.call?.(call);
    if (hearing instanceof Promise) {
      return hearing.then((halt) => {
        const isOver = halt !== undefined || isCut();
        return isOver ? { halt, at } : showCall(call, { visits, isCut }, at + 1);
      });
    }
    if (hearing !== undefined || isCut()) return { halt: hearing, at };
  }
  return undefined;
}
