// Owns how OpenAI's moderation is asked, and which of its categories are which of ours. Knows no socket.
// Source: openai/openai-openapi, CreateModerationRequest and CreateModerationResponse.

import type { JsonObject } from "../../../contracts/json.ts";
import { isObject } from "../../../text/json.ts";
import { scoreOf, unplaced } from "../findings.ts";
import { noStatuses, type Reading, type Service, type ServiceSettings } from "../service.ts";

/** COMPATIBILITY's categories, by the vendor's word before its `/`. */
const categories: Readonly<Record<string, string>> = {
  violence: "violence",
  hate: "hate_speech",
  sexual: "sexual_content",
  "self-harm": "self_harm",
  illicit: "illegal_activities",
  harassment: "harassment",
};

/** COMPATIBILITY's threshold, for what the vendor itself does not flag. */
const thresholdDefault = 0.8;

export const openAiModeration: Service = {
  name: "openai-moderation",
  settings: { model: { type: "string", minLength: 1, maxLength: 256 } },
  required: [],
  chunkCharsMax: 65_536,
  credentialHeader: "authorization",
  verdictStatuses: noStatuses,
  open: ({ own, threshold }) => ({
    ask: (text) => ({
      path: "/v1/moderations",
      body: { model: own.model ?? "omni-moderation-latest", input: text },
    }),
    read: ({ value }) => (isObject(value) ? readAll(value, threshold) : undefined),
  }),
};

function readAll({ results }: JsonObject, threshold: ServiceSettings["threshold"]): Reading {
  const [result] = Array.isArray(results) ? results : [];
  return isObject(result) ? read(result, threshold) : undefined;
}

/** Without a threshold of the policy's, the vendor's flags count beside the scores. */
function read(result: JsonObject, threshold: ServiceSettings["threshold"]): Reading {
  const { flagged, categories: flags, category_scores: scores } = result;
  if (typeof flagged !== "boolean" || !isObject(flags) || !isObject(scores)) return undefined;
  const worst = new Map<string, number>();
  for (const name of new Set([...Object.keys(flags), ...Object.keys(scores)])) {
    const isFlagged = threshold === undefined && flags[name] === true;
    const score = scoreOf(scores[name]) ?? (isFlagged ? 1 : 0);
    if (!isFlagged && score < (threshold ?? thresholdDefault)) continue;
    const type = categories[name.split("/", 1)[0] ?? name] ?? name;
    worst.set(type, Math.max(worst.get(type) ?? 0, score));
  }
  if (worst.size === 0 && flagged && threshold === undefined) return [unplaced("flagged")];
  return [...worst].map(([type, score]) => unplaced(type, score));
}
