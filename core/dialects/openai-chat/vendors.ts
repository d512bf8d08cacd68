// Owns the switches that OpenAI's imitators added: what lets the vendor search, or hand the call to another
// model. Knows no policy.

import type { JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import type { Fields } from "./fields.ts";

/**
 * These name another model or upstream than the one that is checked here: OpenRouter (`models`, `preset`),
 * LiteLLM (the others).
 */
const handsOver = [
  "models",
  "preset",
  "fallbacks",
  "context_window_fallbacks",
  "content_policy_fallbacks",
  "model_list",
  "router_settings_override",
  "api_base",
  "base_url",
] as const;

/** Read here, so a reader blind to case must not find them under another name. */
export const vendorNames: readonly string[] = [
  ...handsOver,
  ...[
    "web_search_options",
    "search_parameters",
    "enable_search",
    "plugins",
    "compound_custom",
    "data_sources",
  ],
];

/** The provider-run tools that are switched on outside `tools`, by the names the vendors give them there. */
export function readVendorSwitches(value: JsonObject, fields: Fields): readonly string[] {
  for (const name of handsOver) {
    if (isSaid(value[name])) fields.deny(name);
  }
  return [
    ...(fields.object(value.web_search_options, "web_search_options") ? ["web_search"] : []),
    ...readLiveSearch(value.search_parameters, fields),
    ...(isOn(value.enable_search) ? ["web_search"] : []),
    ...fields.objects(value.plugins, "plugins").map(({ id }) => nameOf(id)),
    ...readCompound(value.compound_custom, fields),
    ...fields.objects(value.data_sources, "data_sources").map(({ type }) => nameOf(type)),
  ];
}

/** xAI: on unless its mode is `off`. */
function readLiveSearch(value: JsonValue | undefined, fields: Fields): readonly string[] {
  const parameters = fields.object(value, "search_parameters");
  return parameters === undefined || parameters.mode === "off" ? [] : ["live_search"];
}

/** Groq's compound systems run tools of their own; without a list, all of them. */
function readCompound(value: JsonValue | undefined, fields: Fields): readonly string[] {
  const custom = fields.object(value, "compound_custom");
  if (custom === undefined) return [];
  const enabled = isObject(custom.tools) ? custom.tools.enabled_tools : undefined;
  return Array.isArray(enabled) ? enabled.map(nameOf) : ["compound"];
}

function isOn(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== false;
}

function isSaid(value: JsonValue | undefined): boolean {
  return isOn(value) && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** What has no name cannot be on a list, only be allowed with all others. */
function nameOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
