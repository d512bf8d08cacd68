// Owns what a look at one place of a text comes to. Knows no way of looking.

import type { Method } from "../../contracts/guard.ts";

export interface Found {
  readonly kind: "found";
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly method: Method;
}

/** It depends on what follows. */
export interface Pending {
  readonly kind: "pending";
  /** Nothing that is found there will begin before. */
  readonly hold: number;
}

export type Look = Found | Pending | undefined;

/** A text as far as it is known. */
export interface Known {
  readonly text: string;
  /** Nothing is read from here on. */
  readonly to: number;
  /** Whether the text ends there, or only what is known of it. */
  readonly isEnd: boolean;
  /** Where the bare value ends that was read last: one that begins within it ends there too. */
  readonly bare: { start: number; end: number };
}

export const found = (
  type: string,
  { start, end }: { start: number; end: number },
  score: number,
): Found => ({
  kind: "found",
  type,
  start,
  end,
  score,
  method: "pattern",
});

export const pending = (hold: number): Pending => ({ kind: "pending", hold });
