// Owns the calls of jose, which throws: reading, choosing keys, verifying. Knows no callers; fetches nothing.

import type { KeyObject } from "node:crypto";
import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import type { JsonValue } from "../../contracts/dialect.ts";
import type { JwtAlgorithm } from "../../contracts/policy.ts";

/** What a token has to be; its own header decides nothing but which of these algorithms and keys. */
export interface Expectation {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string | undefined;
  readonly algorithms: readonly JwtAlgorithm[];
}

export type Verdict =
  | { readonly kind: "valid"; readonly payload: JWTPayload; readonly expiresAtMs: number }
  /** The key set holds no key of this name, which a fresher one may. */
  | { readonly kind: "key-unknown" }
  | { readonly kind: "invalid" };

/** Between our clock and the issuer's. */
const skewS = 60;

const invalid: Verdict = { kind: "invalid" };

/** What a token says of itself, not verified: good for choosing whose keys it must fit, and nothing else. */
export function readClaims(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

/** Undefined: not a key set (RFC 7517 §5). A token without `kid` must leave no choice between its keys. */
export function readKeySet(value: JsonValue | undefined): JWTVerifyGetKey | undefined {
  try {
    return createLocalJWKSet(value as unknown as JSONWebKeySet);
  } catch {
    return undefined;
  }
}

/** `jku`, `x5u` and `jwk` are not looked at; a `crit` is refused by jose, which knows none in a JWT. */
export async function verifyToken(
  token: string,
  key: KeyObject | JWTVerifyGetKey,
  { issuer, audience, subject, algorithms }: Expectation,
  nowMs: number,
): Promise<Verdict> {
  try {
    const { payload } = await jwtVerify(token, typeof key === "function" ? key : () => key, {
      issuer,
      audience,
      algorithms: [...algorithms],
      requiredClaims: ["exp"],
      clockTolerance: skewS,
      currentDate: new Date(nowMs),
      ...(subject === undefined ? {} : { subject }),
    });
    return { kind: "valid", payload, expiresAtMs: (payload.exp ?? 0) * 1_000 };
  } catch (error) {
    return error instanceof errors.JWKSNoMatchingKey ? { kind: "key-unknown" } : invalid;
  }
}
