// Owns whose counter an exchange draws on, as a key: what clients chose is encoded or hashed. Knows no store.

import { createHash } from "node:crypto";
import type { Draw } from "../contracts/limit.ts";
import type { LimitScope, LimitSpec } from "../contracts/policy.ts";

type ScopeReader = (draw: Draw) => string | undefined;

/** A caller names its own tasks and sessions only: nobody draws on another's by guessing a name. */
const owned: ReadonlySet<LimitScope> = new Set(["task", "session"]);

/** In this order in every key, whatever order the policy writes. */
const readers: Readonly<Record<LimitScope, ScopeReader>> = {
  agent: ({ exchange: { route } }) => route.agent,
  team: ({ exchange: { caller, context } }) => caller?.team ?? context?.team,
  caller: ({ exchange: { caller, context } }) => caller?.name ?? context?.caller,
  user: ({ exchange: { context, claims } }) => context?.user ?? claims?.user,
  // Where nobody names a session, each task is one.
  session: ({ exchange: { context, claims } }) => context?.session ?? claims?.session ?? context?.task,
  task: ({ exchange: { context } }) => context?.task,
  request: ({ exchange: { id } }) => id,
  address: ({ exchange: { address } }) => address,
  provider: ({ provider }) => provider,
  model: ({ exchange: { model } }) => model,
  tool: () => undefined,
};

/** All exchanges without such a part share one counter. No encoded value looks like this. */
const absent = "?";
const plain = /^[A-Za-z0-9._@-]{1,64}$/;
const encodedCharsMax = 64;

const ownScopes: ReadonlySet<LimitScope> = new Set([
  "team",
  "caller",
  "user",
  "session",
  "task",
  "request",
  "address",
]);

export function isShared(spec: LimitSpec): boolean {
  return !scopesOf(spec).some((scope) => ownScopes.has(scope));
}

/** All counters of one limit begin so; whose one is, follows after a `;`. */
export function keyPrefix(spec: LimitSpec, owner: string | undefined): string {
  const limit = `limit=${spec.name}${periodOf(spec)}`;
  return owner === undefined ? limit : `owner=${owner};${limit}`;
}

/** One counter an owner, a name and a combination of scopes; `owner` undefined: shared by all agents. */
export function scopedKey(spec: LimitSpec, owner: string | undefined): (draw: Draw) => string {
  const prefix = keyPrefix(spec, owner);
  const wanted = new Set(scopesOf(spec));
  const parts = (Object.entries(readers) as [LimitScope, ScopeReader][]).filter(([scope]) =>
    wanted.has(scope),
  );
  return (draw) => {
    let key = prefix;
    for (const [scope, read] of parts) {
      const value = read(draw);
      key += `;${scope}=${value === undefined ? absent : encoded(value)}`;
    }
    return key;
  };
}

/** A life is somebody's: whose, is a scope of it. */
function scopesOf({ by, window }: LimitSpec): readonly LimitScope[] {
  const scopes = window?.kind === "life" ? [...by, window.of] : by;
  return scopes.some((scope) => owned.has(scope)) ? [...scopes, "caller"] : scopes;
}

/** Sums of days and of months are different sums, as are those of two zones. */
function periodOf({ window }: LimitSpec): string {
  return window?.kind === "calendar" ? `;per=${window.unit}@${encodeURIComponent(window.zone)}` : "";
}

function encoded(value: string): string {
  if (plain.test(value)) return value;
  if (value.length <= encodedCharsMax) return encodeURIComponent(value.toWellFormed());
  return `#${createHash("sha256").update(value).digest("hex")}`;
}
