// Owns personal data in texts: which kinds are looked for, in which regions, and what is nobody's. Knows no
// exchange, and of the kinds only their names.

import type { ConfigProblem, Detector, Guard } from "../contracts/guard.ts";
import type { JsonObject } from "../contracts/json.ts";
import { allowList } from "./pii/allow.ts";
import { PiiGlance } from "./pii/glance.ts";
import { idCountries } from "./pii/ids/index.ts";
import { type PiiType, piiTypes, scoreMinDefault } from "./pii/match.ts";
import { loadPhonePlans } from "./pii/phone-plans.ts";
import { buildRules } from "./pii/rules.ts";
import { PiiScanner } from "./pii/scanner.ts";

/** Best effort only: told where the settings ask for them. */
const bestEffort: readonly PiiType[] = ["person", "address"];
const typesDefault = piiTypes.filter((type) => !bestEffort.includes(type));

/** Whose national phone numbers are found with no word beside them, where the settings name no regions. */
const phoneRegionsDefault = ["US", "CA", "GB", "AU", "DE", "FR", "ES", "IT", "NL"];

interface PiiConfig {
  readonly types?: readonly PiiType[];
  readonly regions?: readonly string[];
  readonly allow?: readonly string[];
  readonly scoreMin?: number;
  readonly disguised?: "none" | "bracketed" | "spoken";
}

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    types: {
      type: "array",
      items: { enum: [...piiTypes] },
      minItems: 1,
      uniqueItems: true,
      default: [...typesDefault],
      description: "The kinds of personal data to look for. `person` and `address` are best effort.",
    },
    regions: {
      type: "array",
      items: { type: "string", pattern: "^[A-Z]{2}$" },
      minItems: 1,
      uniqueItems: true,
      description:
        "ISO 3166 codes: whose identifiers, documents and national phone numbers are looked for. Absent: " +
        "all identifiers and documents, and the phone numbers of large plans. International ones always.",
    },
    allow: {
      type: "array",
      items: { type: "string", minLength: 1, maxLength: 320 },
      default: [],
      description: "Values that are nobody's, and domains whose addresses are.",
    },
    scoreMin: {
      type: "number",
      minimum: 0,
      maximum: 1,
      default: scoreMinDefault,
      description: "What is less certain is not told.",
    },
    disguised: {
      enum: ["none", "bracketed", "spoken"],
      default: "bracketed",
      description: "E-mail addresses as `name [at] domain [dot] com`, and as `name at domain dot com`.",
    },
  },
};

function check(settings: JsonObject): readonly ConfigProblem[] {
  const { regions = [], allow = [] } = settings as unknown as PiiConfig;
  const known = loadPhonePlans().regions;
  const unknown = regions.flatMap((region, index) =>
    known.has(region) || idCountries.has(region)
      ? []
      : [
          {
            path: ["regions", index],
            problem: `${region} is no region that is known here`,
            hint: region === "UK" ? "GB" : "an ISO 3166 code, such as US or DE",
          },
        ],
  );
  const blank = allow.flatMap((value, index) =>
    /[\p{L}\p{N}]/u.test(value)
      ? []
      : [{ path: ["allow", index], problem: "allows nothing: it has no letter or digit", hint: "" }],
  );
  return [...unknown, ...blank];
}

function create(settings: JsonObject): Guard {
  const {
    types = typesDefault,
    regions,
    allow = [],
    scoreMin = scoreMinDefault,
    disguised = "bracketed",
  } = settings as unknown as PiiConfig;
  const rules = buildRules({
    types: new Set(types),
    regions,
    phoneRegions: regions ?? phoneRegionsDefault,
    scoreMin,
    disguised,
    isAllowed: allowList(allow),
  });
  const scan = () => new PiiScanner(rules);
  if (!rules.isPlain) return { scan };
  const glance = new PiiGlance(rules);
  return { scan, isClear: (_source, text) => glance.isClear(text) };
}

export const piiDetector: Detector = {
  name: "pii",
  config,
  code: "pii_detected",
  isWhole: false,
  check,
  create,
};
