// Owns making a policy's callers findable: reads the public keys they name by file or environment. Verifies
// nothing.

import type { KeyObject } from "node:crypto";
import type { CallerSpec, Policy, Problem } from "../contracts/policy.ts";
import { type Identities, makeIdentities } from "../filters/identify/identities.ts";
import type { KeySets } from "../filters/identify/key-set.ts";
import { readPublicKey } from "../filters/identify/public-key-adapter.ts";
import { openCredential } from "../motion/credential.ts";

export interface IdentitiesParts {
  /** One a program: what was fetched outlives the policy. */
  readonly keySets: KeySets;
  readonly environment: NodeJS.ProcessEnv;
}

export type PolicyIdentities =
  | { readonly ok: true; readonly identities: Identities }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * A key that cannot be read or does not fit is a problem of the policy, found now and not at the first
 * token.
 */
export function openIdentities(policy: Policy, { keySets, environment }: IdentitiesParts): PolicyIdentities {
  const publicKeys = new Map<string, KeyObject>();
  const problems: Problem[] = [];
  for (const caller of policy.callers.values()) {
    const reading = readCallerKey(caller, environment);
    if (reading === undefined) continue;
    if ("problem" in reading) problems.push(reading);
    else publicKeys.set(caller.name, reading);
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, identities: makeIdentities({ callers: policy.callers.values(), publicKeys, keySets }) };
}

function readCallerKey(caller: CallerSpec, environment: NodeJS.ProcessEnv): KeyObject | Problem | undefined {
  const { jwt, name, origin } = caller;
  if (jwt?.keys.kind !== "publicKey") return undefined;
  const { source } = jwt.keys;
  const text = openCredential(source, environment).read();
  const path = `Caller/${name} spec.jwt.publicKey`;
  const where = source.kind === "file" ? source.path : `$${source.name}`;
  if (text === undefined) return { ...origin, path, problem: `${where} cannot be read`, hint: "" };
  const reading = readPublicKey(text, jwt.algorithms);
  return reading.ok ? reading.key : { ...origin, path, problem: `${where}: ${reading.problem}`, hint: "" };
}
