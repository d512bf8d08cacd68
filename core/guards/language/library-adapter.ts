// Owns the library that tells languages (eld): it is loaded once, when the first guard needs it. Knows no
// policy.

interface Told {
  readonly language: string;
  getScores(): Record<string, number>;
  isReliable(): boolean;
}

export type Detect = (text: string) => Told;

let loading: Promise<Detect> | undefined;
let loaded: Detect | undefined;

/** Undefined: not yet loaded; ask `loadLanguages`. */
export const languagesNow = (): Detect | undefined => loaded;

export function loadLanguages(): Promise<Detect> {
  loading ??= import("eld/small").then(({ eld }) => {
    const own = eld.newInstance();
    // Addresses and codes are of no language.
    own.enableTextCleanup(true);
    loaded = (text) => own.detect(text);
    return loaded;
  });
  return loading;
}
