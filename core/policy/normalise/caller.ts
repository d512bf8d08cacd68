// Owns a checked Caller's spec. Knows nothing of how keys and tokens are verified.

import type { CallerSpec, JwtSpec } from "../../contracts/policy.ts";
import type { Draft } from "../draft.ts";
import type { CallerDocument, JwtDocument } from "../schema/caller.ts";
import { parseInstantMs } from "../units.ts";
import { documentOf, identityOf, mapValues, proven, toSecretSource } from "./checked.ts";

export function toCallerSpec(draft: Draft): CallerSpec {
  const { spec } = documentOf<CallerDocument>(draft);
  return {
    ...identityOf(draft),
    team: spec.team,
    apiKeys: mapValues(spec.apiKeys, ({ sha256, expires }) => ({
      sha256,
      expiresAtMs: expires === undefined ? undefined : proven(parseInstantMs(expires)),
    })),
    jwt: spec.jwt && toJwtSpec(draft, spec.jwt),
    trust: spec.trust ?? [],
    registers: spec.registers ?? [],
  };
}

function toJwtSpec(draft: Draft, jwt: JwtDocument): JwtSpec {
  const source = toSecretSource(draft, ["spec", "jwt", "publicKey"], jwt.publicKey);
  return {
    issuer: jwt.issuer,
    audience: jwt.audience,
    subject: jwt.subject,
    keys: source ? { kind: "publicKey", source } : { kind: "jwks", url: new URL(proven(jwt.jwksUri)).href },
    algorithms: jwt.algorithms,
    claims: {
      user: jwt.claims?.user,
      session: jwt.claims?.session,
      permissions: jwt.claims?.permissions,
    },
  };
}
