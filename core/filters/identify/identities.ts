// Owns finding whose credential it is, over all callers of a policy. Knows no agents.

import { hash, type KeyObject } from "node:crypto";
import type { Async } from "../../contracts/frame.ts";
import type { CallerSpec } from "../../contracts/policy.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { ApiKeys } from "./api-keys.ts";
import { refuseCredential } from "./credential.ts";
import { type Identity, JwtCallers, type JwtRule } from "./jwt-callers.ts";
import type { KeySets } from "./key-set.ts";

export interface IdentitiesOptions {
  readonly callers: Iterable<CallerSpec>;
  /** By caller's name: the public keys given by file or environment, from `readPublicKey`. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
  /** One a program: it outlives the policy. */
  readonly keySets: KeySets;
  /** Since the epoch. */
  readonly nowMs?: () => number;
}

/** One a policy, shared by the chains of all agents. */
export interface Identities {
  /** At once, but for a token that is not yet verified. */
  find(credential: string): Async<Identity | Refusal>;
}

export function makeIdentities({
  callers,
  publicKeys,
  keySets,
  nowMs = Date.now,
}: IdentitiesOptions): Identities {
  const apiKeys = new ApiKeys();
  const rules: JwtRule[] = [];
  for (const { name, team, trust, apiKeys: specs, jwt } of callers) {
    const caller = { name, team, trust: new Set<string>(trust) };
    for (const spec of specs.values()) apiKeys.add(caller, spec);
    if (jwt === undefined) continue;
    const keys = jwt.keys.kind === "jwks" ? keySets.at(jwt.keys.url) : publicKeys.get(name);
    if (keys === undefined) throw new Error(`the public key of caller ${name} was not read`);
    rules.push({ ...jwt, caller, keys });
  }
  const jwtCallers = new JwtCallers(rules, nowMs);

  return {
    find(credential) {
      const digest = hash("sha256", credential, "hex");
      const caller = apiKeys.find(digest, nowMs());
      if (caller !== undefined) return { kind: "identity", caller, claims: undefined };
      const recalled = jwtCallers.recall(digest);
      if (recalled !== undefined) return recalled;
      return jwtForm.test(credential) ? jwtCallers.verify(credential, digest) : refuseCredential();
    },
  };
}

/** RFC 7515 §7.1: three parts of base64url. */
const jwtForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
