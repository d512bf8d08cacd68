// Owns under which names a store knows what a provider keeps and whose it is: hashes, since neither an id
// nor a user has to stand there. Knows no store.

import { createHash, createHmac } from "node:crypto";
import type { Exchange } from "../contracts/exchange.ts";
import type { StoredRules } from "../contracts/policy.ts";

/** 128 bits of a hash. */
const nameLength = 22;

/** `origin`: of the upstream, since two Providers may lead to one account. */
export function keptKey(origin: string, id: string): string {
  return createHash("sha256").update(`${origin}\n${id}`).digest("base64url").slice(0, nameLength);
}

/** Another one for each id, so that nobody who reads the store learns which records belong together. */
export function keptOwner({ context, route }: Exchange, id: string, unit: StoredRules["owner"]): string {
  const owner = [route.agent, ...(unit === "agent" ? [] : ownerWithin(context))];
  return createHmac("sha256", id).update(JSON.stringify(owner)).digest("base64url").slice(0, nameLength);
}

/** The same user's name means nobody else's only within one caller. */
function ownerWithin(context: Exchange["context"]): readonly string[] {
  if (context === undefined) return [];
  const { caller, user, session } = context;
  if (user !== undefined) return ["user", caller, user];
  return session === undefined ? ["caller", caller] : ["session", caller, session];
}
