// Owns what one country's identifier is: its written forms, its check, the words that name it. Knows no text.

/**
 * How much its form and its check tell alone. `sure`: others hardly look so. `likely`: one in a hundred; told
 * where the settings name its country. `weak`: one in ten. `bare`: it has no check. The last two need a word
 * near them.
 */
export type Strength = "sure" | "likely" | "weak" | "bare";

export interface IdRule {
  /** The country and the identifier's own short name. */
  readonly name: string;
  readonly countries: readonly string[];
  /** As in `form.ts`; signs between groups are part of them. */
  readonly forms: readonly string[];
  /** Of its signs without gaps, in upper case; cheap, it is asked before the check. */
  readonly pattern?: RegExp;
  readonly check?: Check;
  readonly strength: Strength;
  /** As in `words.ts`. */
  readonly words: string;
  /** Bits of `kind`: general words that speak for it as well. */
  readonly kinds: number;
  /** Letters in lower case are others' unless a word is near. */
  readonly isUpperCase?: boolean;
}

/** Of its signs without gaps, in upper case. */
export type Check = (signs: string) => boolean;

/** stdnum's name of a validator: the country's folder and the file in it. Slow, so it is asked seldom. */
export interface LibraryCheck {
  (signs: string): boolean;
  readonly isSlow: true;
}

export const isSlow = (check: Check): check is LibraryCheck => "isSlow" in check;

/** Two digits of the year, the month, the day. */
export const yymmdd = "\\d\\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])";
export const ddmmyy = "(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])\\d\\d";
