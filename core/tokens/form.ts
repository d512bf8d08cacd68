// Owns the form of the gateway's token: header, claims, bounds. Knows no keys and no cryptography.

/** A JWS in compact form (RFC 7515 §7.1) with the claims of a JWT (RFC 7519). */
export interface TokenClaims {
  readonly iss: typeof issuer;
  /** The agent, and no other. */
  readonly aud: string;
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly request: string;
  readonly caller: string;
  readonly team?: string | undefined;
  readonly user?: string | undefined;
  readonly session?: string | undefined;
  readonly task: string;
  readonly depth: number;
  readonly steps?: number | undefined;
  readonly tokens?: number | undefined;
  /** What the user may do, of what the agent may: blanks between them. */
  readonly permissions?: string | undefined;
}

export const issuer = "sluice";
export const lifetimeS = 60;
/** Between the clocks of the gateway's and the agent's machines. */
export const skewS = 5;
/** Signed tokens stay below 2 KiB: no id is longer than 128 characters. */
export const tokenBytesMax = 4096;

/**
 * One fixed text a key: a verifier compares it whole, so nothing in a header is ever interpreted. `typ`
 * keeps other JWTs out (RFC 8725 §3.11).
 */
export function headerFor(keyId: string): string {
  return Buffer.from(JSON.stringify({ alg: "EdDSA", typ: "sluice+jwt", kid: keyId })).toString("base64url");
}
