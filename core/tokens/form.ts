// Owns the form of our tokens, the gateway's and a sidecar's: headers, claims, bounds. Knows no keys and no
// cryptography.

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
  readonly via?: readonly string[] | undefined;
  /** Agent, steps, tokens. */
  readonly above?: readonly (readonly [string, number | null, number | null])[] | undefined;
  /** What the user may do, of what the agent may: blanks between them. */
  readonly permissions?: string | undefined;
}

/** What a sidecar signs when its agent calls another. */
export interface AgentTokenClaims {
  /** The agent that calls. */
  readonly iss: string;
  /** The one that is called, and no other. */
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  /** Good once. */
  readonly jti: string;
  /** The request it was made for: `requestHash` of its first line. */
  readonly for: string;
  /** The gateway's token, for the agent that calls, which its task came in with. */
  readonly grant: string;
  /** What is left of the task's ceilings, where nobody but the sidecar counts what was used. */
  readonly steps?: number | undefined;
  readonly tokens?: number | undefined;
}

export const issuer = "sluice";
export const lifetimeS = 60;
/** So long a gateway's token still proves that a task was given: longer than an agent's answer may take. */
export const grantS = 900;
/** Between the clocks of the gateway's and the agent's machines. */
export const skewS = 5;
/** Signed tokens stay below 2 KiB: no id is longer than 128 characters. */
export const tokenBytesMax = 4096;
/** It holds one of the gateway's. */
export const agentTokenBytesMax = 2 * tokenBytesMax;

/**
 * One fixed text a key: a verifier compares it whole, so nothing in a header is ever interpreted. `typ`
 * keeps other JWTs out (RFC 8725 §3.11).
 */
export function headerFor(keyId: string): string {
  return headerOf("sluice+jwt", keyId);
}

/** Of a sidecar's token: neither kind can be shown in the place of the other. */
export function agentHeaderFor(keyId: string): string {
  return headerOf("sluice-agent+jwt", keyId);
}

function headerOf(typ: string, kid: string): string {
  return Buffer.from(JSON.stringify({ alg: "EdDSA", typ, kid })).toString("base64url");
}
