// Owns signing a sidecar's token: who calls, whom, and the task it was given. Knows nothing of exchanges'
// lives, files or how a token travels.

import { randomUUID } from "node:crypto";
import { type AgentTokenClaims, agentHeaderFor, lifetimeS } from "./form.ts";
import { type KeyProblem, keyId, readSigningKey } from "./keys-adapter.ts";
import { requestHash } from "./sealed.ts";
import { seal } from "./signer.ts";

/** One call to another agent. */
export interface AgentCall {
  readonly from: string;
  readonly to: string;
  readonly method: string;
  /** Path and query below the other agent's root. */
  readonly target: string;
  /** The gateway's token that the task came in with. */
  readonly grant: string;
  /** What is left of the task's ceilings; absent where whoever is called draws on the same counters. */
  readonly left?: { readonly steps: number | undefined; readonly tokens: number | undefined } | undefined;
}

export interface AgentSigner {
  readonly kind: "signer";
  /** A new one for each attempt: none is good twice. */
  sign(call: AgentCall): string;
}

/** `privateKeyPem`: Ed25519, PKCS #8. `nowMs`: since the epoch. */
export function makeAgentSigner(
  privateKeyPem: string,
  nowMs: () => number = Date.now,
): AgentSigner | KeyProblem {
  const key = readSigningKey(privateKeyPem);
  if ("problem" in key) return key;
  const header = agentHeaderFor(keyId(key));
  return { kind: "signer", sign: (call) => seal(key, header, claimsOf(call, nowMs())) };
}

function claimsOf({ from, to, method, target, grant, left }: AgentCall, nowMs: number): AgentTokenClaims {
  const iat = Math.floor(nowMs / 1_000);
  return {
    iss: from,
    aud: to,
    iat,
    exp: iat + lifetimeS,
    jti: randomUUID(),
    for: requestHash(method, target),
    grant,
    steps: left?.steps,
    tokens: left?.tokens,
  };
}
