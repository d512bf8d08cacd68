// Owns where in the policy files something was written. Knows no kind.

/** Where something was written; `line` counts from 1. `file` is absolute. */
export interface Origin {
  readonly file: string;
  readonly line: number;
}
