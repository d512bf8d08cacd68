// Owns one guard's reading of one text: its scanner, and what follows from what it finds. Knows no frame.

import type { Finding, Scanner, TextSource, Unable } from "../../contracts/guard.ts";
import type { Cut } from "./cuts.ts";

/** What follows from a finding: the text stays, loses something, or must not pass. */
export type Judgement =
  | { readonly kind: "pass" }
  | { readonly kind: "cut"; readonly cut: Cut }
  | { readonly kind: "stop" };

export interface Examiner {
  /** The name of the rule that it reads for. */
  readonly guard: string;
  readonly scanner: Scanner;
  /** It decides at the text's end only. */
  readonly isWhole: boolean;
  /** Its verdict comes when the text may have passed: too late to cut, not to stop what follows. */
  readonly isLate: boolean;
  /** `text`: what was found. */
  judge(finding: Finding, text: string): Judgement;
  /** Where what was found cannot be cut out any more. */
  overdue(finding: Finding): Judgement;
  /** It cannot decide. */
  failed(unable: Unable): Judgement;
}

/** Those that look at such a text, and may find something where it is known whole; empty: nobody does. */
export type FindExaminers = (source: TextSource, whole?: string) => readonly Examiner[];

/** Whatever follows on what was found goes with it. */
export function toEnd(finding: Finding): Finding {
  return { ...finding, end: Number.MAX_SAFE_INTEGER };
}
