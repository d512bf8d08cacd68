// Owns the numbering plans of all regions, read out of libphonenumber's metadata: its own parser takes twenty
// microseconds a number, these tests a fraction of one. Knows no text.

import { createRequire } from "node:module";
import type * as Library from "libphonenumber-js/core";

/** What the library has and its types leave out. */
interface NumberRange {
  pattern(): string;
  possibleLengths(): readonly number[] | undefined;
}
interface NumberingPlan {
  nationalNumberPattern(): string;
  possibleLengths(): readonly number[];
  nationalPrefixForParsing(): string | undefined;
  nationalPrefixTransformRule(): string | undefined;
  hasTypes(): boolean;
  type(name: string): NumberRange | undefined;
}
interface MetadataReader {
  nonGeographic(): Readonly<Record<string, unknown>> | undefined;
  selectNumberingPlan(regionOrCallingCode: string): { readonly numberingPlan: NumberingPlan };
}

interface Range {
  readonly lengths: readonly number[] | undefined;
  readonly pattern: RegExp;
}

interface Plan {
  readonly unitsMin: number;
  readonly lengths: readonly number[];
  readonly pattern: RegExp;
  readonly ranges: readonly Range[];
  readonly prefix: RegExp | undefined;
  /** Digits that the prefix takes away, where it is digits alone. */
  readonly trunk: string | undefined;
  readonly rewrite: string | undefined;
}

const rangeNames = [
  "FIXED_LINE",
  "MOBILE",
  "TOLL_FREE",
  "PREMIUM_RATE",
  "SHARED_COST",
  "VOIP",
  "PERSONAL_NUMBER",
  "PAGER",
  "UAN",
  "VOICEMAIL",
];

const entirely = (pattern: string) => new RegExp(`^(?:${pattern})$`);

/** `valid`: in a range that is given out; `possible`: of a length there is. */
export type PhoneStanding = "valid" | "possible" | "impossible";

export interface PhonePlans {
  readonly regions: ReadonlySet<string>;
  /** Digits behind the plus sign. */
  international(digits: string): PhoneStanding;
  /** Digits as they are dialled within the regions; those that share a calling code count as one. */
  isNational(regions: readonly string[]): (digits: string) => boolean;
  /** Whether it is a number in any region; slow. */
  isAnywhere(digits: string): boolean;
}

let loaded: PhonePlans | undefined;

/** Loads the library on first use: who has no such guard does not pay for it. */
export function loadPhonePlans(): PhonePlans {
  if (loaded === undefined) {
    const load = createRequire(import.meta.url);
    loaded = readPlans(load("libphonenumber-js/core"), load("libphonenumber-js/metadata.max.json"));
  }
  return loaded;
}

function readPlans(library: typeof Library, ranges: Library.MetadataJson): PhonePlans {
  const metadata = new library.Metadata(ranges) as unknown as MetadataReader;
  const byCallingCode = new Map<string, string[]>();
  const callingCodes = new Map<string, string>();
  for (const region of library.getCountries(ranges)) {
    const code = library.getCountryCallingCode(region, ranges);
    callingCodes.set(region, code);
    byCallingCode.set(code, [...(byCallingCode.get(code) ?? []), region]);
  }
  for (const code of Object.keys(metadata.nonGeographic() ?? {})) byCallingCode.set(code, [code]);
  const plans = new Map<string, Plan>();
  const planOf = (name: string): Plan => {
    const plan = plans.get(name) ?? readPlan(metadata.selectNumberingPlan(name).numberingPlan);
    plans.set(name, plan);
    return plan;
  };
  const best = (digits: string, names: readonly string[]): PhoneStanding => {
    let isPossible = false;
    for (const name of names) {
      const standing = judge(digits, planOf(name));
      if (standing === "valid") return "valid";
      isPossible ||= standing === "possible";
    }
    return isPossible ? "possible" : "impossible";
  };
  const allNames = Array.from(byCallingCode.values()).flat();
  return {
    regions: new Set(callingCodes.keys()),
    isAnywhere: (digits) => best(digits, allNames) === "valid",
    international(digits) {
      for (let length = 1; length <= 3; length++) {
        const names = byCallingCode.get(digits.slice(0, length));
        if (names !== undefined) return best(digits.slice(length), names);
      }
      return "impossible";
    },
    isNational(regions) {
      const codes = new Set(regions.map((region) => callingCodes.get(region) ?? ""));
      const names = Array.from(codes, (code) => byCallingCode.get(code) ?? []).flat();
      return (digits) => best(digits, names) === "valid";
    },
  };
}

function readPlan(plan: NumberingPlan): Plan {
  const prefix = plan.nationalPrefixForParsing();
  const ranges: Range[] = [];
  if (plan.hasTypes()) {
    for (const name of rangeNames) {
      const range = plan.type(name);
      const pattern = range?.pattern() ?? "";
      if (pattern !== "") ranges.push({ lengths: range?.possibleLengths(), pattern: entirely(pattern) });
    }
  }
  return {
    // A prefix that is rewritten may be shorter than what it stands for.
    unitsMin: plan.nationalPrefixTransformRule() ? 0 : Math.min(...plan.possibleLengths()),
    lengths: plan.possibleLengths(),
    pattern: entirely(plan.nationalNumberPattern()),
    ranges,
    trunk: prefix !== undefined && /^\d+$/.test(prefix) ? prefix : undefined,
    prefix: prefix === undefined || prefix === "" ? undefined : new RegExp(`^(?:${prefix})`),
    rewrite: plan.nationalPrefixTransformRule() || undefined,
  };
}

function judge(digits: string, plan: Plan): PhoneStanding {
  if (digits.length < plan.unitsMin) return "impossible";
  const whole = standing(digits, plan);
  if (whole === "valid" || plan.prefix === undefined) return whole;
  if (plan.trunk !== undefined && !digits.startsWith(plan.trunk)) return whole;
  const national = withoutPrefix(digits, plan);
  if (national === digits) return whole;
  const rest = standing(national, plan);
  return rest === "impossible" ? whole : rest;
}

function standing(national: string, plan: Plan): PhoneStanding {
  if (!plan.lengths.includes(national.length)) return "impossible";
  if (!plan.pattern.test(national)) return "possible";
  if (plan.ranges.length === 0) return "valid";
  for (const { lengths, pattern } of plan.ranges) {
    if (lengths !== undefined && !lengths.includes(national.length)) continue;
    if (pattern.test(national)) return "valid";
  }
  return "possible";
}

function withoutPrefix(digits: string, { prefix, rewrite }: Plan): string {
  const found = prefix?.exec(digits);
  if (prefix === undefined || found === null || found === undefined) return digits;
  const isCaught = found.length > 1 && found[found.length - 1] !== undefined;
  return rewrite !== undefined && isCaught ? digits.replace(prefix, rewrite) : digits.slice(found[0].length);
}
