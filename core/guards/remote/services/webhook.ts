// Owns Sluice's own protocol for guards that others write: docs/guards-remote.md has it. Knows no socket.
//
//   asked     { "stage", "role", "kind", "text" }
//   answered  { "action": "allow" | "block" | "mask",
//               "findings"?: [ { "type", "start"?, "end"?, "score"? } ], "message"? }

import type { Finding } from "../../../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../../contracts/json.ts";
import { isObject } from "../../../text/json.ts";
import { placed, scoreOf, unplaced } from "../findings.ts";
import { type OffsetUnit, Places } from "../places.ts";
import { noStatuses, type Reading, type Reply, type Service } from "../service.ts";

export const webhook: Service = {
  name: "webhook",
  settings: { offsets: { type: "string", enum: ["utf16", "codepoints"], default: "utf16" } },
  required: [],
  chunkCharsMax: 1_048_576,
  credentialHeader: "authorization",
  verdictStatuses: noStatuses,
  open: ({ own, threshold }) => ({
    ask: (text, { stage, role, kind }) => ({ path: "", body: { stage, role, kind, text } }),
    read: (reply) => read(reply, own.offsets === "codepoints" ? "codepoints" : "utf16", threshold ?? 0),
  }),
};

/** `mask` is about places and nothing else; `block` about the text as a whole, and those places beside it. */
function read({ value, text }: Reply, unit: OffsetUnit, threshold: number): Reading {
  if (!isObject(value)) return undefined;
  const { action, findings = [], message } = value;
  if (action === "allow") return [];
  if ((action !== "mask" && action !== "block") || !Array.isArray(findings)) return undefined;
  const places = new Places(text, unit);
  const found = findings.map((one) => findingOf(one, places));
  if (found.includes(undefined)) return undefined;
  const sure = found.filter((one) => one !== undefined && one.score >= threshold) as readonly Finding[];
  const there = sure.filter(({ end }) => end > 0);
  if (action === "mask") return found.length > 0 && there.length === sure.length ? there : undefined;
  const [first] = sure;
  return [...there, unplaced(first?.type ?? "blocked_content", first?.score ?? 1, message)];
}

function findingOf(value: JsonValue, places: Places): Finding | undefined {
  if (!isObject(value) || typeof value.type !== "string") return undefined;
  const { type, start, end } = value as JsonObject & { type: string };
  const score = value.score === undefined ? 1 : scoreOf(value.score);
  if (score === undefined) return undefined;
  if (start === undefined && end === undefined) return unplaced(type, score);
  const place = places.at(start, end);
  return place === undefined ? undefined : placed(type, place, score);
}
