// Owns how Azure AI Content Safety is asked: harm categories, or attacks on prompts. Knows no socket.
// Source: Azure/azure-rest-api-specs, cognitiveservices/data-plane/ContentSafety/stable/2024-09-01.

import type { Finding, TextSource } from "../../../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../../contracts/json.ts";
import { isObject } from "../../../text/json.ts";
import { unplaced } from "../findings.ts";
import { noStatuses, type Question, type Reading, type Service } from "../service.ts";

const categories: Readonly<Record<string, string>> = {
  Hate: "hate_speech",
  SelfHarm: "self_harm",
  Sexual: "sexual_content",
  Violence: "violence",
};

/** Of `FourSeverityLevels`: 0, 2, 4, 6. */
const severityMax = 6;
/** Severity 4, which the vendor's own filters block from on. */
const thresholdDefault = 4 / severityMax;

export const azureContentSafety: Service = {
  name: "azure-content-safety",
  settings: {
    looksFor: { type: "string", enum: ["harm", "attacks"] },
    apiVersion: { type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?$", default: "2024-09-01" },
    categories: {
      type: "array",
      uniqueItems: true,
      items: { type: "string", enum: Object.keys(categories) },
    },
    blocklists: {
      type: "array",
      maxItems: 100,
      items: { type: "string", pattern: "^[0-9A-Za-z._~-]+$", maxLength: 64 },
    },
  },
  required: [],
  // Its own bound, counted in code points, which are no more than UTF-16 units.
  chunkCharsMax: 10_000,
  credentialHeader: "ocp-apim-subscription-key",
  verdictStatuses: noStatuses,
  open: ({ own, threshold }) => {
    const isShield = own.looksFor === "attacks";
    return {
      ask: (text, source) => (isShield ? askShield(text, source, own) : askAnalysis(text, own)),
      read: ({ value }) => {
        if (!isObject(value)) return undefined;
        return isShield ? readShield(value) : readAnalysis(value, threshold ?? thresholdDefault);
      },
    };
  },
};

const version = (own: JsonObject): string => `api-version=${own.apiVersion ?? "2024-09-01"}`;

function askAnalysis(text: string, own: JsonObject): Question {
  const body: JsonObject = { text, outputType: "FourSeverityLevels", haltOnBlocklistHit: false };
  if (own.categories !== undefined) body.categories = own.categories;
  if (own.blocklists !== undefined) body.blocklistNames = own.blocklists;
  return { path: `/contentsafety/text:analyze?${version(own)}`, body };
}

/** What a user said may attack directly, what came from elsewhere indirectly as well. */
function askShield(text: string, { stage, kind }: TextSource, own: JsonObject): Question {
  const isForeign = stage === "tool.result" || kind === "tool.result" || kind === "document";
  const body: JsonObject = isForeign
    ? { userPrompt: "", documents: [text] }
    : { userPrompt: text, documents: [] };
  return { path: `/contentsafety/text:shieldPrompt?${version(own)}`, body };
}

function readAnalysis(value: JsonObject, threshold: number): Reading {
  const { categoriesAnalysis: analyses, blocklistsMatch: matches } = value;
  if (!Array.isArray(analyses)) return undefined;
  const found: Finding[] = [];
  for (const one of analyses) {
    if (!isObject(one) || typeof one.category !== "string") return undefined;
    const severity = one.severity ?? 0;
    if (typeof severity !== "number" || severity < 0) return undefined;
    const score = severity / severityMax;
    if (severity > 0 && score >= threshold) {
      found.push(unplaced(categories[one.category] ?? one.category, score));
    }
  }
  if (Array.isArray(matches) && matches.length > 0) found.push(unplaced("blocklist"));
  return found;
}

function readShield({ userPromptAnalysis: user, documentsAnalysis: documents }: JsonObject): Reading {
  const all = [user, ...(Array.isArray(documents) ? documents : [])].filter(isThere);
  if (all.length === 0) return undefined;
  const verdicts = all.map((one) => (isObject(one) ? one.attackDetected : undefined));
  if (!verdicts.every((verdict) => typeof verdict === "boolean")) return undefined;
  return verdicts.includes(true) ? [unplaced("prompt_injection")] : [];
}

const isThere = (value: JsonValue | undefined): value is JsonValue => value !== undefined && value !== null;
