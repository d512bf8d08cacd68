// Owns the library of national identifiers: its validators by name, loaded with the first one. Knows no text.

import { createRequire } from "node:module";
import type * as Stdnum from "stdnum";
import type { LibraryCheck } from "./rule.ts";

type Library = typeof Stdnum;
type Validator = Library["stdnum"][string][string];

let loaded: Library | undefined;

function load(): Library {
  loaded ??= createRequire(import.meta.url)("stdnum") as Library;
  return loaded;
}

/** Loads the library now, so that no text has to wait for it. */
export function loadStdnum(): void {
  load();
}

/** The validator `pesel` of `PL`. Throws on its first use where the library has none of that name. */
export const byStdnum = (country: string, name: string) => byStdnumAs(country, name, (signs) => signs);

/** One that has to see the signs as they are written. */
export function byStdnumAs(country: string, name: string, write: (signs: string) => string): LibraryCheck {
  let validator: Validator | undefined;
  const check = (signs: string): boolean => {
    validator ??= load().stdnum[country]?.[name];
    if (validator === undefined) throw new Error(`stdnum has no ${country}.${name}`);
    return isValid(validator, write(signs));
  };
  return Object.assign(check, { isSlow: true as const });
}

/** A refusal is an Error with its stack there, which costs more than the check. */
function isValid(validator: Validator, signs: string): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return validator.validate(signs).isValid;
  } catch {
    return false;
  } finally {
    Error.stackTraceLimit = limit;
  }
}
