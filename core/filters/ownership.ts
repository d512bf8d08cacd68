// Owns whose the things are that a provider keeps under an id: who may bring one in, and that a new one is
// recorded before anybody learns its id. Knows no vendor and no store by name.

import type { Call } from "../contracts/dialect.ts";
import type { Attempt, AttemptFilter } from "../contracts/exchange.ts";
import type { Async, Frame } from "../contracts/frame.ts";
import type { StoredRules } from "../contracts/policy.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { KeptRecords } from "../contracts/store.ts";
import type { Visit } from "../contracts/visit.ts";
import { keptKey, keptOwner } from "../stores/kept-names.ts";

/** Ids one request may bring in, and one frame may name. */
const idsMax = 4_096;
const retryBlindS = 1;

export interface OwnershipOptions {
  readonly records: KeptRecords;
  readonly rules: StoredRules;
}

/** All agents behind a provider share its key: to the provider their answers are one customer's. */
export function ownershipFilter(options: OwnershipOptions): AttemptFilter {
  return { name: "ownership", open: (attempt) => open(attempt, options) };
}

type Opened = Visit | Refusal | undefined;

function open(attempt: Attempt, options: OwnershipOptions): Async<Opened> {
  const { call, head, route } = attempt.exchange;
  const inPath = route.dialect.keptIn?.(head);
  if (inPath !== undefined && "code" in inPath) return inPath;
  const ids = [...namedBy(call), ...(inPath ?? [])];
  if (ids.length > 0) return openNamed(attempt, ids, options);
  const isKept = call?.isKept === true || inPath !== undefined;
  if (!isKept || attempt.isTranslated) return undefined;
  // Before the provider works: what cannot be recorded later would be paid for and lost.
  const recording = new Recording(attempt, options);
  const reachable = options.records.isReachable();
  if (!(reachable instanceof Promise)) return reachable ? recording : refuseLost();
  return reachable.then((isReachable) => (isReachable ? recording : refuseLost()));
}

function namedBy(call: Call | undefined): readonly string[] {
  if (call === undefined) return [];
  const { keptIds = [], answerId } = call;
  return answerId === undefined ? keptIds : [...keptIds, answerId];
}

function openNamed(attempt: Attempt, ids: readonly string[], options: OwnershipOptions): Async<Opened> {
  if (ids.length > idsMax) return refuse("request_malformed", { message: "The request names too many ids." });
  const { origin } = attempt.target;
  const owners = options.records.owners(ids.map((id) => keptKey(origin, id)));
  const judge = (known: Awaited<typeof owners>): Opened => {
    if (known === "lost") return refuseLost();
    return judgeOwners(attempt, { ids, known }, options);
  };
  return owners instanceof Promise ? owners.then(judge) : judge(owners);
}

interface Named {
  readonly ids: readonly string[];
  /** Of each id. */
  readonly known: readonly (string | undefined)[];
}

/** What is let in without an owner gets none by that: it is nobody's to take. */
function judgeOwners(attempt: Attempt, { ids, known }: Named, options: OwnershipOptions): Opened {
  const { exchange, isTranslated } = attempt;
  const { owner: unit, unknown } = options.rules;
  let isAllOwn = true;
  for (const [at, id] of ids.entries()) {
    const owner = known[at];
    if (owner === keptOwner(exchange, id, unit)) continue;
    if (owner !== undefined || unknown === "refuse")
      return refuse("stored_denied", { message: deniedMessage });
    isAllOwn = false;
  }
  const { call, route } = exchange;
  const isLookedAt = call?.operation === "stored" || route.dialect.keptIn !== undefined;
  const isRecorded = call?.isKept === true || (isLookedAt && isAllOwn);
  return isRecorded && !isTranslated ? new Recording(attempt, options) : undefined;
}

/** The same for what is somebody else's and for what is not there: neither tells of the other. */
const deniedMessage =
  "An id in the request names nothing that was made through here for the one it is asked for. " +
  "Use an id from an answer of this conversation, or send the content itself.";

function refuseLost(): Refusal {
  const message =
    `Whose the kept answer is cannot be told right now. Retry in ${retryBlindS} s, ` +
    "or ask for an answer that is not stored.";
  return refuse("store_unavailable", { message, retryAfterS: retryBlindS });
}

/** A frame that names an id waits until that is recorded; no other does. */
class Recording implements Visit {
  readonly kind = "visit";
  readonly #attempt: Attempt;
  readonly #options: OwnershipOptions;

  constructor(attempt: Attempt, options: OwnershipOptions) {
    this.#attempt = attempt;
    this.#options = options;
  }

  frame(frame: Frame): Async<Frame | Refusal> {
    const { exchange, target } = this.#attempt;
    if (frame.keptIds === undefined || frame.keptIds.length === 0) return frame;
    const keptIds = frame.keptIds.filter((id) => id !== exchange.call?.answerId);
    if (keptIds.length === 0) return frame;
    if (keptIds.length > idsMax) return refuse("upstream_malformed");
    const { records, rules } = this.#options;
    const claims = keptIds.map((id) => ({
      key: keptKey(target.origin, id),
      owner: keptOwner(exchange, id, rules.owner),
    }));
    const claimed = records.claim(claims);
    if (!(claimed instanceof Promise)) return claimed ? frame : refuseLost();
    return claimed.then((isClaimed) => (isClaimed ? frame : refuseLost()));
  }
}
