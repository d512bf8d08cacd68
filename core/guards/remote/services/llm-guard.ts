// Owns how an LLM Guard API server is asked. Knows no socket.
// Source: protectai/llm-guard, llm_guard_api/app/app.py, app/schemas.py and openapi.json.

import type { TextSource } from "../../../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../../contracts/json.ts";
import { isObject } from "../../../text/json.ts";
import { alterationsOf, markedType } from "../alterations.ts";
import { placed, scoreOf, unplaced } from "../findings.ts";
import { isModels, noStatuses, type Reading, type Service, type ServiceSettings } from "../service.ts";

const scannerNames = {
  type: "array",
  maxItems: 100,
  items: { type: "string", pattern: "^[A-Za-z0-9]+$", maxLength: 64 },
};

/** These give the text back without what they found. */
const sanitizers: ReadonlySet<string> = new Set([
  "Anonymize",
  "Sensitive",
  "Secrets",
  "Regex",
  "BanSubstrings",
]);

export const llmGuard: Service = {
  name: "llm-guard",
  settings: { operation: { type: "string", enum: ["analyze", "scan"] }, suppress: scannerNames },
  required: [],
  chunkCharsMax: 32_768,
  credentialHeader: "authorization",
  verdictStatuses: noStatuses,
  open: ({ own, threshold }) => ({
    ask: (text, source) => ({
      path: `/${own.operation ?? "analyze"}/${isModels(source) ? "output" : "prompt"}`,
      body: bodyOf(text, source, own),
    }),
    read: ({ value, text }) => (isObject(value) ? read(value, text, threshold) : undefined),
  }),
};

/** Older servers take no `scanners_suppress`. */
function bodyOf(text: string, source: TextSource, { suppress }: JsonObject): JsonObject {
  const asked = isModels(source) ? { prompt: "", output: text } : { prompt: text };
  return suppress === undefined ? asked : { ...asked, scanners_suppress: suppress };
}

/** A score says how sure a scanner is. Which of them failed is not said, so those above 0 did. */
function read(value: JsonObject, text: string, threshold: ServiceSettings["threshold"]): Reading {
  const { is_valid: isValid, scanners } = value;
  if (typeof isValid !== "boolean" || !isObject(scanners)) return undefined;
  const cut = cutIn(value.sanitized_prompt ?? value.sanitized_output, text);
  if (isValid && threshold === undefined) return cut;
  const scored = Object.entries(scanners).map(([name, score]) => ({ name, score: scoreOf(score) ?? 1 }));
  const failed = scored.filter(({ score }) => score > 0 && score >= (threshold ?? 0));
  if (threshold !== undefined && failed.length === 0) return cut;
  const elsewhere = failed.filter(({ name }) => cut.length === 0 || !sanitizers.has(name));
  const whole = elsewhere.map(({ name, score }) => unplaced(name, score));
  if (cut.length === 0 && whole.length === 0) return [unplaced("invalid")];
  return [...cut, ...whole];
}

function cutIn(given: JsonValue | undefined, text: string) {
  if (typeof given !== "string" || given === text) return [];
  return alterationsOf(text, given).map((place) =>
    placed(markedType(place.replacement) ?? "sensitive", place),
  );
}
