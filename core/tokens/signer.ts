// Owns signing the gateway's token. Knows nothing of exchanges' lives, files or how a token travels.

import { type KeyObject, randomUUID, sign } from "node:crypto";
import type { TaskContext } from "../contracts/exchange.ts";
import { headerFor, issuer, lifetimeS, type TokenClaims } from "./form.ts";
import { type KeyProblem, keyId, readSigningKey } from "./keys-adapter.ts";

/** What a token says, and to whom. */
export interface TokenSubject {
  readonly agent: string;
  readonly requestId: string;
  readonly context: TaskContext;
}

export interface Signer {
  readonly kind: "signer";
  sign(subject: TokenSubject): string;
}

/**
 * By node:crypto, which signs in half the time of jose (53 µs to 103 µs, Node 24) and does not wait for it.
 * `privateKeyPem`: Ed25519, PKCS #8. `nowMs`: since the epoch.
 */
export function makeSigner(privateKeyPem: string, nowMs: () => number = Date.now): Signer | KeyProblem {
  const key = readSigningKey(privateKeyPem);
  if ("problem" in key) return key;
  const header = headerFor(keyId(key));
  return { kind: "signer", sign: (subject) => seal(key, header, claimsOf(subject, nowMs())) };
}

function claimsOf({ agent, requestId, context }: TokenSubject, nowMs: number): TokenClaims {
  const iat = Math.floor(nowMs / 1_000);
  return {
    iss: issuer,
    aud: agent,
    iat,
    exp: iat + lifetimeS,
    jti: randomUUID(),
    request: requestId,
    caller: context.caller,
    team: context.team,
    user: context.user,
    session: context.session,
    task: context.task,
    depth: context.depth,
    steps: context.stepsMax,
    tokens: context.tokensMax,
    permissions: context.permissions?.join(" "),
  };
}

function seal(key: KeyObject, header: string, claims: TokenClaims): string {
  const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}
