// Owns the detector of secrets: keys, tokens, passwords, private keys. Knows no form of any.

import type { Detector, TextSource } from "../contracts/guard.ts";
import type { JsonObject } from "../contracts/json.ts";
import { isClearOfSecrets } from "./secrets/glance.ts";
import { homeTypes, mayHoldHome } from "./secrets/homes.ts";
import { SecretScanner, signsFor } from "./secrets/scanner.ts";
import { formTypes } from "./secrets/tokens.ts";
import { valueTypes } from "./secrets/values.ts";
import { vendorTypes } from "./secrets/vendors.ts";

/** All types a finding can have. */
export const secretTypes: readonly string[] = [
  ...new Set([
    "private_key",
    "connection_string",
    "url_credentials",
    "basic_auth",
    "gcp_service_account",
    ...homeTypes,
    ...valueTypes,
    ...formTypes,
    ...vendorTypes,
  ]),
].sort();

const types = { type: "array", items: { enum: [...secretTypes] }, uniqueItems: true };

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    types: { ...types, description: "Only these types are told; all where it is left out." },
    exceptTypes: {
      ...types,
      default: ["home_path"],
      description: "These types are not told.",
    },
  },
};

const namesOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((name) => typeof name === "string") : undefined;

export const secretsDetector: Detector = {
  name: "secrets",
  config,
  code: "secret_detected",
  isWhole: false,
  create(settings) {
    const except = new Set(namesOf(settings.exceptTypes) ?? []);
    const told = new Set((namesOf(settings.types) ?? secretTypes).filter((name) => !except.has(name)));
    const [ofUsers, ofOthers] = [signsFor(told, { isTold: true }), signsFor(told, { isTold: false })];
    const scan = ({ role }: TextSource) => new SecretScanner(told, role === "user" ? ofUsers : ofOthers);
    const seesHomes = homeTypes.some((type) => told.has(type));
    const isClear = ({ role }: TextSource, text: string) =>
      !(seesHomes && mayHoldHome(text)) && isClearOfSecrets(text, { isTold: role === "user" });
    return { scan, isClear };
  },
};
