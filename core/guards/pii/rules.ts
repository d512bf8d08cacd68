// Owns which rules a guard's settings come to. Knows no text.

import { address } from "./address.ts";
import { creditCard } from "./credit-card.ts";
import { dateOfBirth, mayBeDate } from "./date-of-birth.ts";
import { drivingLicence, passport } from "./document.ts";
import { licenceForms, passportForms } from "./documents.ts";
import {
  type Disguise,
  disguisedEmail,
  emailAround,
  encodedEmail,
  spokenEmail,
  spokenUnitsMax,
} from "./email.ts";
import { iban } from "./iban.ts";
import { idRules } from "./ids/index.ts";
import type { IdRule } from "./ids/rule.ts";
import { loadStdnum } from "./ids/stdnum-adapter.ts";
import { ipAddress, ipFromColon } from "./ip-address.ts";
import { type Match, type PiiType, type Sight, scoreMinDefault, type Verdict } from "./match.ts";
import { nationalId } from "./national-id.ts";
import { person } from "./person.ts";
import { phone } from "./phone.ts";
import { loadPhonePlans } from "./phone-plans.ts";
import type { GroupRule, Rules, SignRule } from "./scanner.ts";
import { ssn, ssnRule } from "./ssn.ts";
import { buildWords } from "./words.ts";

export interface RuleSettings {
  readonly types: ReadonlySet<PiiType>;
  /** Whose identifiers and documents; undefined: all. */
  readonly regions: readonly string[] | undefined;
  readonly phoneRegions: readonly string[];
  readonly scoreMin: number;
  readonly disguised: Disguise;
  readonly isAllowed: (match: Match, text: string) => boolean;
}

/** A local part, a bracketed at sign before it is seen whole. */
const openUnits = 80;

export function buildRules(settings: RuleSettings): Rules {
  const { types, regions, scoreMin, isAllowed, disguised } = settings;
  const ids = idRules.filter(
    ({ countries }) => regions === undefined || countries.some((country) => regions.includes(country)),
  );
  const signs = buildSigns(types, disguised);
  const triggers = ["[0-9]+", ...Array.from(signs.keys(), (sign) => looks[sign] ?? sign)].join("|");
  const isSpoken = signs.has(spokenSign);
  return {
    groups: buildGroups(settings, ids),
    atSign: types.has("email") ? addressWithNumber(disguised) : undefined,
    signs,
    capital: types.has("person") ? person : undefined,
    areAllNumbers: types.has("address"),
    triggers: types.has("person") ? new RegExp(`${triggers}|\\p{Lu}`, "gu") : new RegExp(triggers, "g"),
    words: buildWords([
      [ssnRule.name, ssnRule.words],
      ...ids.map(({ name, words }) => [name, words] as const),
    ]),
    scoreMin,
    isPlain:
      !isSpoken &&
      !types.has("person") &&
      !types.has("address") &&
      regions === undefined &&
      scoreMin >= scoreMinDefault,
    mayBeDate: types.has("date_of_birth") ? mayBeDate : undefined,
    openWords: types.has("address") ? addressWords : isSpoken ? spokenWords : 0,
    openUnits: isSpoken ? spokenUnitsMax : openUnits,
    isAllowed,
  };
}

const spokenSign = " ";
/** `name at domain` may be one, until "dot" follows or not. */
const spokenWords = 3;
/** `Rue de la Sarthe` may be one, until a number follows or not. */
const addressWords = 6;
const brackets = ["[", "(", "{", "<"];
/** A sign with what follows it where it is worth a look: most colons and brackets are not. */
const looks: Readonly<Record<string, string>> = {
  ":": ":(?=[0-9A-Fa-f:]|$)",
  [spokenSign]:
    " (?=(?:[dD][oO][tT]|[pP][uU][nN][kK]?[tT][oO]?|[pP][oO][iI][nN][tT]|[pP][oO][nN][tT][oO]) |.{0,5}$)",
  ...Object.fromEntries(brackets.map((sign) => [sign, `[${sign === "[" ? "\\[" : sign}](?= ?[aA@äÄ]| ?$)`])),
};

function buildSigns(types: ReadonlySet<PiiType>, disguised: Disguise): ReadonlyMap<string, SignRule> {
  const signs = new Map<string, SignRule>();
  if (types.has("ip_address")) signs.set(":", ipFromColon);
  if (!types.has("email")) return signs;
  signs.set("@", (sight, at) => emailAround(sight, { at, end: at + 1 }, disguised));
  if (disguised === "none") return signs;
  for (const bracket of brackets) {
    signs.set(bracket, (sight, at) => disguisedEmail(sight, at, disguised));
  }
  if (disguised === "spoken") signs.set(spokenSign, spokenEmail);
  return signs;
}

function addressWithNumber(disguised: Disguise): SignRule {
  return (sight: Sight, last: number): Verdict => {
    const encoded = disguised === "none" ? undefined : encodedEmail(sight, last, disguised);
    if (encoded !== undefined) return encoded;
    const at = sight.atSigns.after(sight, last);
    if (at === "wait") return "wait";
    return at === -1 ? undefined : emailAround(sight, { at, end: at + 1 }, disguised);
  };
}

/** What is certain by itself comes first. */
function buildGroups(settings: RuleSettings, ids: readonly IdRule[]): readonly GroupRule[] {
  const { types, regions, phoneRegions, scoreMin } = settings;
  const groups: GroupRule[] = [];
  if (types.has("iban")) groups.push(iban);
  if (types.has("credit_card")) groups.push(creditCard);
  if (types.has("ip_address")) groups.push(ipAddress);
  if (types.has("ssn")) groups.push(ssn);
  if (types.has("national_id")) {
    loadStdnum();
    groups.push(nationalId({ rules: ids, areExpected: regions !== undefined, scoreMin }));
  }
  if (types.has("passport")) groups.push(passport(passportForms(regions)));
  if (types.has("driving_licence")) groups.push(drivingLicence(licenceForms(regions)));
  if (types.has("address")) groups.push(address);
  if (types.has("date_of_birth")) groups.push(dateOfBirth);
  if (types.has("phone"))
    groups.push(
      phone({ plans: loadPhonePlans(), regions: phoneRegions, areExpected: regions !== undefined }),
    );
  return groups;
}
