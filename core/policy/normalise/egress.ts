// Owns a checked agent's list of hosts it may name. Knows nothing of how they are reached.

import type { EgressRuleSpec } from "../../contracts/egress-spec.ts";
import type { Origin } from "../../contracts/policy.ts";
import { readPattern } from "../egress.ts";
import type { EgressRuleDocument } from "../schema/egress.ts";
import { parseDurationMs } from "../units.ts";
import { proven } from "./checked.ts";

export function toEgressRule(
  { name, origin }: { readonly name: string; readonly origin: Origin },
  { inspect, private: isPrivate, connections, timeouts }: EgressRuleDocument,
): EgressRuleSpec {
  const { host, port, isWildcard } = proven(readPattern(name));
  return {
    name,
    origin,
    host,
    isWildcard,
    port,
    inspect,
    reach: isPrivate ? "private" : "public",
    connectionsMax: connections,
    timeouts: {
      connectMs: proven(parseDurationMs(timeouts.connect)),
      firstByteMs: proven(parseDurationMs(timeouts.firstByte)),
      idleMs: proven(parseDurationMs(timeouts.idle)),
      totalMs: proven(parseDurationMs(timeouts.total)),
    },
  };
}
