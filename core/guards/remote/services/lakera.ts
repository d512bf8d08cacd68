// Owns how Lakera Guard is asked. Knows no socket.
// Source: https://docs.lakera.ai/api-reference/lakera-api/guard/screen-content; payloads as in
// BerriAI/litellm, guardrail_hooks/lakera_ai_v2.py, and Portkey-AI/gateway, plugins/lakera/redaction.ts.

import type { Finding } from "../../../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../../contracts/json.ts";
import { isObject } from "../../../text/json.ts";
import { placed, unplaced } from "../findings.ts";
import { Places } from "../places.ts";
import { isModels, noStatuses, type Reading, type Service } from "../service.ts";

const project = { type: "string", pattern: "^[A-Za-z0-9_-]+$", minLength: 1, maxLength: 128 };

/** Ours for what `moderated_content/` is followed by. */
const categories: Readonly<Record<string, string>> = {
  hate: "hate_speech",
  sexual: "sexual_content",
  violence: "violence",
  "self-harm": "self_harm",
  self_harm: "self_harm",
  crime: "illegal_activities",
  weapons: "illegal_activities",
  profanity: "harassment",
};

export const lakera: Service = {
  name: "lakera",
  settings: { project },
  required: [],
  chunkCharsMax: 65_536,
  credentialHeader: "authorization",
  verdictStatuses: noStatuses,
  open: ({ own }) => ({
    // What stands there as `system` is trusted; who it is from is for others to check.
    ask: (text, source) => ({
      path: "/v2/guard",
      body: {
        messages: [{ role: isModels(source) ? "assistant" : "user", content: text }],
        ...(own.project === undefined ? {} : { project_id: own.project }),
        breakdown: true,
        payload: true,
      },
    }),
    read: ({ value, text }) => (isObject(value) ? read(value, text) : undefined),
  }),
};

/** The policy of its project decides, thresholds included. */
function read({ flagged, breakdown, payload }: JsonObject, text: string): Reading {
  if (typeof flagged !== "boolean") return undefined;
  if (!flagged) return [];
  const found = placedIn(payload, text);
  const detected = (Array.isArray(breakdown) ? breakdown : [])
    .filter((one): one is JsonObject => isObject(one) && one.detected === true)
    .map((one) => (typeof one.detector_type === "string" ? one.detector_type : "flagged"));
  const elsewhere = new Set(detected.filter((type) => !found.some((one) => one.of === type)));
  const whole = [...elsewhere].map((type) => unplaced(nameOf(type)));
  const all = [...found.map(({ finding }) => finding), ...whole];
  return all.length === 0 ? [unplaced("flagged")] : all;
}

interface Payload {
  /** The detector that says so. */
  readonly of: string;
  readonly finding: Finding;
}

/** One without a place that fits is left out here, so that its detector speaks of the whole text. */
function placedIn(payload: JsonValue | undefined, text: string): readonly Payload[] {
  const units = { codepoints: new Places(text, "codepoints"), utf16: new Places(text, "utf16") };
  return (Array.isArray(payload) ? payload : []).flatMap((item) => {
    if (!isObject(item) || typeof item.detector_type !== "string") return [];
    const at = [units.codepoints, units.utf16].map((places) => places.at(item.start, item.end));
    // What it says stands there tells how it counts; where it does not say, it counts as Python does.
    const place =
      typeof item.text === "string"
        ? at.find((one) => one !== undefined && text.slice(one.start, one.end) === item.text)
        : at[0];
    if (place === undefined) return [];
    return [{ of: item.detector_type, finding: placed(nameOf(item.detector_type), place) }];
  });
}

/** `pii/email` → `email`. */
function nameOf(type: string): string {
  const last = type.slice(type.lastIndexOf("/") + 1);
  const known = type.startsWith("moderated_content/") ? categories[last] : undefined;
  if (type.startsWith("prompt_attack")) return "prompt_injection";
  return known ?? last;
}
