// Owns saying an ECMA-262 pattern in RE2's words, so that matching takes linear time. Knows no engine.

import { type Condition, lookingAround, Translation, weightMax } from "./reading.ts";

export interface Translated {
  readonly kind: "translated";
  readonly text: string;
  /** What has to be met besides where the match begins, or must not be. */
  readonly conditions: readonly Condition[];
  /** With conditions: whether a match may begin anywhere, so that each place is to be tried. */
  readonly isAnywhere: boolean;
  /** About how many steps the engine's program has. */
  readonly weight: number;
}

export interface Untranslatable {
  readonly kind: "untranslatable";
  readonly because: string;
}

export const patternCharsMax = 4_096;

/** As with the flag `u`, which JSON Schema's tests ask for; a sign that needs no backslash may have one. */
export function translatePattern(pattern: string): Translated | Untranslatable {
  if (pattern.length > patternCharsMax) return no(`is longer than ${patternCharsMax} characters`);
  const translation = new Translation(pattern);
  const conditions = translation.conditions();
  const { text, weight } = conditions.length === 0 ? translation.alternatives(0) : translation.sequence(0);
  const because = translation.because ?? (translation.isAtEnd ? undefined : unfinished(translation));
  if (because !== undefined) return no(because);
  const weights = conditions.reduce((sum, condition) => sum + condition.weight, weight);
  if (weights > weightMax) return no("repeats too much");
  const isAnywhere = conditions.length > 0 && !pattern.startsWith("^");
  const starts = [text, ...conditions.map((condition) => condition.text)].join("").split("\\A").length - 1;
  if (isAnywhere && (starts > conditions.length || /\\[bB]/.test(text))) return no(lookingAround);
  const anchored = conditions.length === 0 ? text : `\\A(?:${text})`;
  return { kind: "translated", text: anchored, conditions, isAnywhere, weight: weights };
}

function unfinished({ rest }: Translation): string {
  return rest.startsWith(")") ? "has a ) that opens nothing" : lookingAround;
}

function no(because: string): Untranslatable {
  return { kind: "untranslatable", because };
}
