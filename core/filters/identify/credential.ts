// Owns which credential a request presents. Knows nothing of whether it is valid.

import type { HeaderMap } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";

/** Of an API key and of a JWT. */
export const credentialBytesMax = 8 * 1024;

/** RFC 6750 §2.1; any visible ASCII, since the keys that others made are not all base64. */
const bearer = /^Bearer +([!-~]+)$/i;

/** Undefined where none is presented. What is there and cannot be read is bad, never missing. */
export function presentedCredential(headers: HeaderMap): string | Refusal | undefined {
  const { authorization, "x-api-key": apiKey } = headers;
  if (authorization === undefined && apiKey === undefined) return undefined;
  const token = typeof authorization === "string" ? bearer.exec(authorization)?.[1] : undefined;
  if (authorization !== undefined && token === undefined) return refuseCredential();
  const credential = token ?? apiKey;
  if (typeof credential !== "string" || credential.length > credentialBytesMax) return refuseCredential();
  if (apiKey !== undefined && apiKey !== credential) {
    const message = "Authorization and x-api-key hold different credentials: send one of them.";
    return refuse("request_malformed", { message });
  }
  return credential;
}

/** RFC 6750 §3: without an error code where nothing was sent. */
export function refuseMissing(): Refusal {
  return refuse("credential_missing", { headers: { "www-authenticate": "Bearer" } });
}

/** One answer for every cause: it tells nobody which callers, keys or issuers there are. */
export function refuseCredential(): Refusal {
  return refuse("credential_invalid", { headers: { "www-authenticate": 'Bearer error="invalid_token"' } });
}
