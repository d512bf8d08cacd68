// Owns how a Presidio analyzer is asked. Knows no socket.
// Source: data-privacy-stack/presidio (formerly microsoft/presidio), presidio-analyzer/app.py and
// docs/api-docs/api-docs.yml. Offsets are Python's, so they count code points.

import type { JsonObject } from "../../../contracts/json.ts";
import { isObject } from "../../../text/json.ts";
import { placed, scoreOf } from "../findings.ts";
import { Places } from "../places.ts";
import { noStatuses, type Reading, type Reply, type Service } from "../service.ts";

const words = { type: "array", maxItems: 1_000, items: { type: "string", minLength: 1, maxLength: 256 } };
const entityNames = {
  type: "array",
  maxItems: 200,
  items: { type: "string", pattern: "^[A-Z0-9_]+$", maxLength: 64 },
};

export const presidio: Service = {
  name: "presidio",
  settings: {
    language: { type: "string", pattern: "^[a-z]{2,3}$", default: "en" },
    entities: entityNames,
    allow: words,
  },
  required: [],
  chunkCharsMax: 65_536,
  credentialHeader: "authorization",
  verdictStatuses: noStatuses,
  open: ({ own, threshold }) => ({
    ask: (text) => ({
      path: "/analyze",
      body: {
        text,
        language: own.language ?? "en",
        ...given({ score_threshold: threshold, entities: own.entities, allow_list: own.allow }),
      },
    }),
    read: (reply) => read(reply, threshold ?? 0),
  }),
};

function given(members: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  const there = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(there);
}

function read({ value, text }: Reply, threshold: number): Reading {
  if (!Array.isArray(value)) return undefined;
  const places = new Places(text, "codepoints");
  const found = [];
  for (const item of value) {
    if (!isObject(item) || typeof item.entity_type !== "string") return undefined;
    const [place, score] = [places.at(item.start, item.end), scoreOf(item.score)];
    if (place === undefined || score === undefined) return undefined;
    if (score >= threshold) found.push(placed(item.entity_type, place, score));
  }
  return found;
}
