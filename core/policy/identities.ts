// Owns making a policy's callers and agents findable by their public keys. Verifies nothing.

import type { KeyObject } from "node:crypto";
import type { CallerSpec, Policy, Problem } from "../contracts/policy.ts";
import { type Identities, makeIdentities } from "../filters/identify/identities.ts";
import type { KeySets } from "../filters/identify/key-set.ts";
import { readPublicKey } from "../filters/identify/public-key-adapter.ts";
import { openCredential } from "../motion/credential.ts";
import type { AgentKey } from "../tokens/agent-verifier.ts";
import { readAgentKey } from "../tokens/keys-adapter.ts";

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

/** Of agents that call others. */
export function agentKeys({ agents }: Policy): readonly AgentKey[] {
  return [...agents.values()].flatMap(({ name, keys }) =>
    [...keys.values()].map(({ ed25519 }) => {
      const key = readAgentKey(ed25519);
      if ("problem" in key) throw new Error(`a key of agent ${name}: ${key.problem}`);
      return { agent: name, key };
    }),
  );
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
