// Owns the keys of counters: which one an exchange draws on, what a key says, how one is made by hand. What
// clients chose is encoded or hashed. Knows no store.

import { createHash } from "node:crypto";
import { unescape as decoded } from "node:querystring";
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
  // Of all that a wildcard lets pass one: an agent makes up as many names below it as it likes.
  host: ({ exchange: { route } }) => route.entry,
  tool: ({ exchange: { route, tool } }) => route.tool?.name ?? tool,
};

export const scopeNames = Object.keys(readers) as readonly LimitScope[];

/** All exchanges without such a part share one counter. No encoded value looks like this. */
const absent = "?";
const hashed = /^#[0-9a-f]{64}$/;
const keyForm = /^((?:owner=[^;]*;)?limit=[^;]*(?:;per=[^;]*)?)((?:;[a-z]+=[^;]*)*)$/;
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
  const parts = scopesInKey(spec).map((scope) => [scope, readers[scope]] as const);
  return (draw) => {
    let key = prefix;
    for (const [scope, read] of parts) {
      const value = read(draw);
      key += `;${scope}=${value === undefined ? absent : encoded(value)}`;
    }
    return key;
  };
}

/** Which scopes the keys of a limit name, in their order. */
export function scopesInKey(spec: LimitSpec): readonly LimitScope[] {
  const wanted = new Set(scopesOf(spec));
  return scopeNames.filter((scope) => wanted.has(scope));
}

/** What a key says: `keyPrefix` of its limit, and each scope's value as it stands there. */
export interface KeyParts {
  readonly prefix: string;
  readonly values: ReadonlyMap<LimitScope, string>;
}

/** Undefined: no limit has made it. */
export function readKey(key: string): KeyParts | undefined {
  const [, prefix, rest] = keyForm.exec(key) ?? [];
  if (prefix === undefined || rest === undefined) return undefined;
  const values = new Map<LimitScope, string>();
  for (const part of rest.split(";").slice(1)) {
    const border = part.indexOf("=");
    const scope = scopeNames.find((name) => name === part.slice(0, border));
    if (scope === undefined) return undefined;
    values.set(scope, part.slice(border + 1));
  }
  return { prefix, values };
}

/** `values`: of each of `scopesInKey`, as they stand in keys. */
export function writeKey({ prefix, values }: KeyParts): string {
  const ordered = scopeNames.filter((scope) => values.has(scope));
  return [prefix, ...ordered.map((scope) => `${scope}=${values.get(scope)}`)].join(";");
}

/** As an operator names it, in a key: what was hashed for its length may be named by its hash, too. */
export function valueInKey(value: string | undefined): string {
  if (value === undefined) return absent;
  return hashed.test(value) ? value : encoded(value);
}

/** Undefined: of all exchanges without one. What was hashed stays so. */
export function readValue(text: string): string | undefined {
  if (text === absent) return undefined;
  return hashed.test(text) ? text : decoded(text);
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
