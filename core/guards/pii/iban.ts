// Owns international bank account numbers: the country's own form and ISO 7064. Knows no other kind.

import { remainder97 } from "./checksums.ts";
import { type Groups, leftEdge, rightEdge } from "./groups.ts";
import type { Sight, Verdict } from "./match.ts";

/** The SWIFT registry's forms behind the check digits: n digits, a letters, c either; how many of each. */
const forms = `AD8n12c AE19n AL8n16c AT16n AZ4c20n BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c20n
  CH5n12c CR18n CY8n16c CZ20n DE18n DJ23n DK14n DO4c20n DZ22n EE16n EG25n ES20n FI14n FK2a12n FO14n
  FR10n11c2n GA23n GB4a14n GE2a16n GI4a15c GL14n GR7n16c GT24c HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n
  IR22n IS22n IT1a10n12c JO4a22c KW4a22c KZ3n13c LB4n20c LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n
  MA24n MC10n11c2n MD20c ME18n MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a MZ21n NI4a20n NL4a10n NO11n
  OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n SE20n SI15n
  SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR5n17c UA6n19c VA18n VG4a16n XK16n YE4a4n18c AO21n
  BF2c22n BJ2c22n BJ24n CF23n CG23n CI2a22n CM23n CV21n GQ23n GW2c19n IR22n KM23n MG23n ML2c22n NE2a22n
  SN2a22n TD23n TG2a22n`;

interface Form {
  readonly units: number;
  readonly pattern: RegExp;
}

const byCountry = readForms();

function readForms(): ReadonlyMap<string, Form> {
  const signs: Readonly<Record<string, string>> = { n: "\\d", a: "[A-Z]", c: "[A-Z\\d]" };
  const read = new Map<string, Form>();
  for (const form of forms.split(/\s+/)) {
    const country = form.slice(0, 2);
    let units = 4;
    let pattern = `^${country}\\d\\d`;
    for (const [, count = "", sign = ""] of form.slice(2).matchAll(/(\d+)([nac])/g)) {
      units += Number.parseInt(count, 10);
      pattern += `${signs[sign]}{${count}}`;
    }
    const known = read.get(country);
    if (known === undefined) read.set(country, { units, pattern: new RegExp(`${pattern}$`) });
  }
  return read;
}

const gapsAllowed = new Set(["_", "-", "."]);

export function iban(sight: Sight): Verdict {
  const { text, groups } = sight;
  const start = groups.startOf(0);
  if (groups.kindOf(0) === "d") return undefined;
  const form = byCountry.get(text.slice(start, start + 2).toUpperCase());
  if (form === undefined) return undefined;
  const read = readGroups(text, groups, form.units);
  if (read === undefined) return groups.isOpen ? "wait" : undefined;
  const { signs, end, count } = read;
  if (!form.pattern.test(signs) || remainder97(signs.slice(4) + signs.slice(0, 4)) !== 1) return undefined;
  if (groups.isOpen && count === groups.count) return "wait";
  const right = rightEdge(text, end, sight);
  if (right === "wait") return "wait";
  if (leftEdge(text, start) === "tied" || right === "tied") return undefined;
  return { type: "iban", start, end, score: 0.98, method: "checksum" };
}

interface Read {
  readonly signs: string;
  readonly end: number;
  readonly count: number;
}

/** The groups that together have exactly as many signs. */
function readGroups(text: string, groups: Groups, units: number): Read | undefined {
  let signs = "";
  for (let at = 0; at < groups.count; at++) {
    if (at > 0 && !gapsAllowed.has(groups.gapOf(at))) return undefined;
    signs += text.slice(groups.startOf(at), groups.endOf(at));
    if (signs.length === units) return { signs: signs.toUpperCase(), end: groups.endOf(at), count: at + 1 };
    if (signs.length > units) return undefined;
  }
  return undefined;
}
