// Owns the list of persons' identifiers, all countries together. Knows no text.

import { americanIds } from "./americas.ts";
import { eastAsianIds } from "./east-asia.ts";
import { eastEuropeanIds } from "./east-europe.ts";
import { southernIds } from "./pacific-africa.ts";
import type { IdRule } from "./rule.ts";
import { westEuropeanIds } from "./west-europe.ts";

export const idRules: readonly IdRule[] = [
  ...westEuropeanIds,
  ...eastEuropeanIds,
  ...americanIds,
  ...eastAsianIds,
  ...southernIds,
];

export const idCountries: ReadonlySet<string> = new Set(idRules.flatMap(({ countries }) => countries));
