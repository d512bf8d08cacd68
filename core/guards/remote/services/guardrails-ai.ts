// Owns how a Guardrails AI server is asked. Knows no socket.
// Source: guardrails-ai/guardrails-api, guardrails_api/api/guards.py and utils/handle_error.py;
// guardrails-ai/interfaces, schemas/core/validation-outcome.json, validation-summary.json, error-span.json.

import type { Finding } from "../../../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../../contracts/json.ts";
import { isObject } from "../../../text/json.ts";
import { alterationsOf, markedType } from "../alterations.ts";
import { placed, unplaced } from "../findings.ts";
import { Places } from "../places.ts";
import type { Reading, Service } from "../service.ts";

const guardName = { type: "string", pattern: "^[A-Za-z0-9._~ -]+$", minLength: 1, maxLength: 256 };

export const guardrailsAi: Service = {
  name: "guardrails-ai",
  settings: { guard: guardName },
  required: ["guard"],
  chunkCharsMax: 32_768,
  credentialHeader: "authorization",
  // Validators that are told to raise an exception do so with this.
  verdictStatuses: new Set([400]),
  open: ({ own }) => ({
    ask: (text) => ({
      path: `/guards/${encodeURIComponent(String(own.guard))}/validate`,
      body: { llmOutput: text, numReasks: 0 },
    }),
    read: ({ status, value, text }) => {
      if (!isObject(value)) return undefined;
      return status === 400 ? readException(value) : read(value, text);
    },
  }),
};

/** Its words quote the text, so they are not repeated. */
function readException({ detail, message }: JsonObject): Reading {
  const said = [detail, message].find((words) => typeof words === "string");
  return /^Validation failed/.test(String(said ?? "")) ? [unplaced("validation_failed")] : undefined;
}

function read(value: JsonObject, text: string): Reading {
  const passed = value.validationPassed ?? value.validation_passed ?? value.result;
  if (typeof passed !== "boolean") return undefined;
  if (!passed) return failuresIn(value, text);
  const given = value.validatedOutput ?? value.validated_output;
  if (typeof given !== "string" || given === text) return [];
  const found = alterationsOf(text, given);
  return found.map((place) => placed(markedType(place.replacement) ?? "fixed", place));
}

function failuresIn(value: JsonObject, text: string): Reading {
  const summaries = value.validationSummaries ?? value.validation_summaries;
  const failed = Array.isArray(summaries) ? summaries.filter(isFailure) : [];
  const places = new Places(text, "codepoints");
  const found = failed.flatMap((summary) => failureOf(summary, places));
  return found.length === 0 ? [unplaced("validation_failed")] : found;
}

function isFailure(summary: JsonValue): summary is JsonObject {
  return isObject(summary) && (summary.validatorStatus ?? summary.validator_status) === "fail";
}

/** A place it names that is none does not make the failure go away. */
function failureOf(summary: JsonObject, places: Places): readonly Finding[] {
  const called = summary.validatorName ?? summary.validator_name;
  const type = typeof called === "string" ? called : "validation_failed";
  const spans = summary.errorSpans ?? summary.error_spans;
  const at = (Array.isArray(spans) ? spans : []).map((span) =>
    isObject(span) ? places.at(span.start, span.end) : undefined,
  );
  if (at.length === 0 || at.includes(undefined)) return [unplaced(type)];
  return at.flatMap((place) => (place === undefined ? [] : [placed(type, place)]));
}
