// Owns what one kind of personal data says of a place in a text, and what it may look at. Knows no kind.

import type { Method } from "../../contracts/guard.ts";
import type { AtSigns } from "./at-signs.ts";
import type { Groups } from "./groups.ts";
import type { Nearby } from "./nearby.ts";

export const piiTypes = [
  "email",
  "phone",
  "ssn",
  "national_id",
  "credit_card",
  "iban",
  "ip_address",
  "passport",
  "driving_licence",
  "date_of_birth",
  "person",
  "address",
] as const;
export type PiiType = (typeof piiTypes)[number];

/** Places in `Sight.text`. */
export interface Match {
  readonly type: PiiType;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly method: Method;
}

/** `wait`: what follows decides, and it has not come yet. */
export type Verdict = Match | "wait" | undefined;

export interface Sight {
  readonly text: string;
  /** Units of the whole text before `text`. */
  readonly base: number;
  /** Whether `text` ends where the whole text ends. */
  readonly isLast: boolean;
  /** No match starts before it: where the last one ended. */
  readonly floor: number;
  readonly groups: Groups;
  readonly nearby: Nearby;
  readonly atSigns: AtSigns;
  /**
   * Whether one more check by a library is to be had here. They are slow, so a stretch of text gets a bounded
   * number of them; what looks right in the rest of it counts as found.
   */
  takeCheck(): boolean;
}

/** Below it nothing is told unless the settings say so. */
export const scoreMinDefault = 0.5;

/** What nothing near it speaks for: told to who asks for everything. */
export const faint = 0.3;
