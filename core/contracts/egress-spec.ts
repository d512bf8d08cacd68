// Owns what a policy says of hosts that an agent may name. Knows no connection.

import type { Timeouts } from "./exchange.ts";
import type { Origin } from "./origin.ts";

/** One entry of an agent's `egress`. */
export interface EgressRuleSpec {
  /** As it stands in the policy: `api.github.com:443`, `*.example.com:443`. */
  readonly name: string;
  readonly origin: Origin;
  /** Lower-case; of a wildcard what follows the star, with its dot: `.example.com`. */
  readonly host: string;
  readonly isWildcard: boolean;
  readonly port: number;
  /** TLS ends here, and what is in it passes like what comes in the clear. */
  readonly inspect: boolean;
  /** Whether it may stand for a private address. */
  readonly reach: "public" | "private";
  /** Open at once, over all hosts that it stands for. */
  readonly connectionsMax: number;
  readonly timeouts: Timeouts;
}
