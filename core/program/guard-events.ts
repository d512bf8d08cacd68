// Owns what is logged and counted of guards. Decides nothing, and tells no match.

import { createHmac, createSecretKey } from "node:crypto";
import type { GuardWatch } from "../filters/guards/report.ts";
import { plainId, plainWord } from "../telemetry/plain.ts";
import type { Equipment } from "./host.ts";

/** Roles are a client's own words, kinds ours. */
export function guardWatch({
  log,
  metrics,
  hash,
  hashKey,
}: Pick<Equipment, "log" | "metrics" | "hash" | "hashKey">): GuardWatch {
  // A key that is taken in anew each time costs five times as much as the hash.
  const key = createSecretKey(hashKey);
  return {
    found({ guard, source, finding, text, action, isShadow }, exchange) {
      if (!isShadow && action !== "flag") metrics.guardActed();
      const { type, method, start, end } = finding;
      log.guardFound({
        request_id: plainId(exchange.id, hash),
        agent_id: exchange.route.agent,
        ...{ guard, stage: source.stage, role: plainWord(source.role), kind: source.kind, type, method },
        score: Math.round(finding.score * 1000) / 1000,
        start,
        length: end === 0 ? 0 : text.length,
        // Not by the hasher for ids: that one remembers what it hashed.
        hash: text === "" ? undefined : createHmac("sha256", key).update(text).digest("hex").slice(0, 16),
        action,
        mode: isShadow ? "shadow" : "enforce",
      });
    },
    decided: (guard, stage, action) => metrics.guardDecided(guard, stage, action),
  };
}
