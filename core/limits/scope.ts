// Owns whose counter an exchange draws on, as a key: what clients chose is encoded or hashed. Knows no store.

import { createHash } from "node:crypto";
import type { Exchange } from "../contracts/exchange.ts";
import type { LimitScope, LimitSpec } from "../contracts/policy.ts";

type ScopeReader = (exchange: Exchange) => string | undefined;

/** In this order in every key, whatever order the policy writes. */
const readers: Partial<Record<LimitScope, ScopeReader>> = {
  agent: ({ route }) => route.agent,
  team: ({ caller, context }) => caller?.team ?? context?.team,
  caller: ({ caller, context }) => caller?.name ?? context?.caller,
  user: ({ context, claims }) => context?.user ?? claims?.user,
  address: ({ address }) => address,
};

/** All exchanges without such a part share one counter. No encoded value looks like this. */
const absent = "?";
const plain = /^[A-Za-z0-9._@-]{1,64}$/;
const encodedCharsMax = 64;

const ownScopes: ReadonlySet<LimitScope> = new Set(["team", "caller", "user", "address"]);

export function isShared({ by }: LimitSpec): boolean {
  return !by.some((scope) => ownScopes.has(scope));
}

/** One counter an owner, a name and a combination of scopes; `owner` undefined: shared by all agents. */
export function scopedKey(spec: LimitSpec, owner: string | undefined): (exchange: Exchange) => string {
  const unread = spec.by.find((scope) => readers[scope] === undefined);
  if (unread !== undefined) throw new Error(`no limit is counted by ${unread}`);
  const prefix = owner === undefined ? `limit=${spec.name}` : `owner=${owner};limit=${spec.name}`;
  const parts = Object.entries(readers).filter(([scope]) => spec.by.some((wanted) => wanted === scope));
  return (exchange) => {
    let key = prefix;
    for (const [scope, read] of parts) {
      const value = read(exchange);
      key += `;${scope}=${value === undefined ? absent : encoded(value)}`;
    }
    return key;
  };
}

function encoded(value: string): string {
  if (plain.test(value)) return value;
  if (value.length <= encodedCharsMax) return encodeURIComponent(value.toWellFormed());
  return `#${createHash("sha256").update(value).digest("hex")}`;
}
