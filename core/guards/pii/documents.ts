// Owns how numbers of passports and driving licences are formed, country by country. Knows no text.

import { FormTable, patternOfForm } from "./form.ts";

export interface DocumentForm {
  readonly country: string;
  readonly pattern: RegExp;
  /** Hardly anything else is formed so: no word has to be near. */
  readonly isTelling: boolean;
}

/** What is looked up by the groups as they stand. */
export type DocumentForms = FormTable<DocumentForm>;

/** ISO 3166, then forms as in `form.ts`; the pattern, where there is one, narrows them. */
type Row = readonly [country: string, forms: string, pattern?: RegExp];

const passports: readonly Row[] = [
  ["AM", "AA9999999"],
  ["AR", "AAA999999"],
  ["AT", "A9999999 A_9999999"],
  ["AU", "A9999999 AA9999999"],
  ["AZ", "A99999999"],
  ["BE", "AA999999"],
  ["BG", "999999999"],
  ["BR", "AA999999"],
  ["BY", "AA9999999"],
  ["CA", "AA999999 A999999AA"],
  ["CH", "#9999999 A9999999"],
  ["CN", "A99999999 AA9999999", /^(?:G\d{8}|E[A-HJ-NP-Z\d]\d{7})$/],
  ["CY", "A999999 A99999999"],
  ["CZ", "99999999"],
  ["DE", "#########", /^[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ\d]{7}\d$/],
  ["DK", "999999999"],
  ["DZ", "999999999"],
  ["EE", "A9999999 AA9999999"],
  ["ES", "AA999999 AAA999999"],
  ["FI", "AA9999999"],
  ["FR", "99AA99999"],
  ["GB", "999999999 AA9999999"],
  ["GR", "AA9999999"],
  ["HR", "999999999"],
  ["HU", "AA999999 AA9999999"],
  ["ID", "A9999999", /^[A-E]/],
  ["IE", "A99999999 AA9999999"],
  ["IL", "99999999 9999999"],
  ["IN", "A9999999 A-9999999 A_9999999"],
  ["IR", "A99999999"],
  ["IS", "A9999999", /^A/],
  ["IT", "AA9999999"],
  ["JM", "A9999999"],
  ["JP", "AA9999999"],
  ["KR", "A99999999 A999A9999", /^[MSRGDOP]/],
  ["KZ", "A9999999 A99999999"],
  ["LI", "A99999"],
  ["LT", "99999999 AA999999"],
  ["LU", "########", /^J/],
  ["LV", "AA9999999", /^L/],
  ["LY", "########", /^[A-Z]{1,2}\d\d[A-Z]{1,2}\d[\dA-Z]{2}$/],
  ["MT", "9999999"],
  ["MX", "A99999999 99999999999 9999999999", /^[A-Z]\d{8}$|^\d{10,11}$/],
  ["MY", "A99999999", /^[AHK]/],
  ["MZ", "AA9999999 99AA99999"],
  ["NL", "######### AAA999999", /^[A-NP-Z]{2}[A-NP-Z\d]{6}\d$/],
  ["NO", "99999999 AA9999999"],
  ["NZ", "AA999999 A999999", /^(?:L[A-N]|E[AP]|N)\d{6}$/],
  ["PH", "A999999 AA999999 AA9999999 A9999999A"],
  ["PK", "AA9999999"],
  ["PL", "AA9999999 AA_9999999"],
  ["PT", "A999999 AA999999"],
  ["RO", "99999999 999999999"],
  ["RU", "999999999 99_9999999 99_99_999999 9999_999999"],
  ["SE", "99999999 AA9999999"],
  ["SK", "A9999999 AA9999999"],
  ["SI", "AA9999999", /^P/],
  ["TH", "A999999 A9999999 AA999999 AA9999999"],
  ["TR", "A99999999 A_99999999"],
  ["UA", "AA999999"],
  ["US", "999999999 A99999999"],
  ["ZA", "A99999999", /^[ADMT]/],
];

const licences: readonly Row[] = [
  ["AU", "99999999 999999999 9999999999 999999 9999999"],
  ["CA", "A9999-99999-99999 A99999999999999 9999999 999999999 999999-999"],
  ["CH", "999999999 999999999999"],
  ["DE", "###########", /^[A-Z\d]{3}\d{6}[\dA-Z]{2}$/],
  ["ES", "99999999A 99999999-A"],
  ["FR", "999999999999 99AA99999"],
  ["IN", "AA9999999999999 AA99_99999999999 AA99-99999999999 AA-9999999999999"],
  ["IT", "AA9999999A", /^[A-Z]{2}\d{7}[A-Z]$/],
  ["IT", "##########", /^U1[B-DF-HJ-NP-TV-Z\d]{7}[A-Z]$/],
  ["KR", "99-99-999999-99 99_99_999999_99"],
  ["NL", "9999999999"],
  ["PL", "99999/99/9999"],
  [
    "US",
    "A9999999 A99999999 A999999999999 A99999999999 A9999999999999 99999999 999999999 9999999 999999999999",
  ],
  [
    "US",
    "A999-9999-9999 A999-999-99-999-9 A999-9999-9999-99 AA999999 AA999999A 9999999999 A999999 AAA999999",
  ],
];

/** The United Kingdom's spells the name and the date of birth. */
const telling: readonly Row[] = [
  ["GB", "################", /^[A-Z9]{5}\d[0156]\d(?:0[1-9]|[12]\d|3[01])\d[A-Z][A-Z9][A-Z\d][A-Z]{2}$/],
];

export const documentCountries: ReadonlySet<string> = new Set(
  [...passports, ...licences].map(([country]) => country),
);

/** Those of `regions`; all, where there are none. */
export const passportForms = (regions: readonly string[] | undefined) =>
  collect([[passports, false]], regions);

export const licenceForms = (regions: readonly string[] | undefined) =>
  collect(
    [
      [licences, false],
      [telling, true],
    ],
    regions,
  );

type Part = readonly [rows: readonly Row[], isTelling: boolean];

function collect(parts: readonly Part[], regions: readonly string[] | undefined): DocumentForms {
  const forms = new FormTable<DocumentForm>();
  for (const [rows, isTelling] of parts) {
    for (const [country, written, narrow] of rows) {
      if (regions?.includes(country) === false) continue;
      for (const form of written.split(" ")) {
        const spaced = form.replaceAll("_", " ");
        forms.add(spaced, { country, pattern: narrow ?? patternOfForm(spaced), isTelling });
      }
    }
  }
  return forms;
}
