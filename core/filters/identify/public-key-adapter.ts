// Owns reading the public key of a token's issuer that an operator gives by file. Knows no tokens.

import { createPublicKey, type KeyObject } from "node:crypto";
import type { JwtAlgorithm } from "../../contracts/policy.ts";
import { isObject } from "../../text/json.ts";
import { parseJson } from "../../text/json-adapter.ts";

export type PublicKeyReading =
  | { readonly ok: true; readonly key: KeyObject }
  | { readonly ok: false; readonly problem: string };

const rsaBitsMin = 2048;

const curves: Partial<Record<JwtAlgorithm, string>> = {
  ES256: "prime256v1",
  ES384: "secp384r1",
  ES512: "secp521r1",
};

/**
 * `text`: PEM (SPKI) or a JWK. Proven to fit every algorithm, so that a mistake shows when the policy is
 * loaded and not as a 401. A private key is refused: it has no business here.
 */
export function readPublicKey(text: string, algorithms: readonly JwtAlgorithm[]): PublicKeyReading {
  const key = text.trimStart().startsWith("{") ? readJwk(text) : readPem(text);
  if (key === undefined) return { ok: false, problem: "neither a PEM public key (SPKI) nor a public JWK" };
  const misfit = algorithms.find((algorithm) => !fits(key, algorithm));
  if (misfit === undefined) return { ok: true, key };
  return { ok: false, problem: `this ${describe(key)} key does not fit ${misfit}` };
}

function readPem(text: string): KeyObject | undefined {
  if (!text.trimStart().startsWith("-----BEGIN PUBLIC KEY-----")) return undefined;
  try {
    return createPublicKey(text);
  } catch {
    return undefined;
  }
}

function readJwk(text: string): KeyObject | undefined {
  const key = parseJson(text);
  if (!isObject(key) || key.d !== undefined) return undefined;
  try {
    return createPublicKey({ key, format: "jwk" });
  } catch {
    return undefined;
  }
}

function fits(key: KeyObject, algorithm: JwtAlgorithm): boolean {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (algorithm === "EdDSA") return key.asymmetricKeyType === "ed25519";
  const curve = curves[algorithm];
  if (curve !== undefined) return key.asymmetricKeyType === "ec" && namedCurve === curve;
  return key.asymmetricKeyType === "rsa" && modulusLength >= rsaBitsMin;
}

function describe({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
  return [asymmetricKeyType, modulusLength, namedCurve].filter((part) => part !== undefined).join(" ");
}
