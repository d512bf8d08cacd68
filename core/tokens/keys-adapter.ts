// Owns the Ed25519 keys of our tokens: PEM in, PEM out, and an agent's as a policy has it. Knows no claims
// and no files.

import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from "node:crypto";

/** What is wrong with a key, in words that hold nothing of it. */
export interface KeyProblem {
  readonly kind: "problem";
  readonly problem: string;
}

export interface TokenKeys {
  /** PKCS #8. */
  readonly privateKeyPem: string;
  /** SPKI. */
  readonly publicKeyPem: string;
}

export function generateTokenKeys(): TokenKeys {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

export function readSigningKey(pem: string): KeyObject | KeyProblem {
  return readKey(pem, "PRIVATE KEY", createPrivateKey);
}

export function readVerifyingKey(pem: string): KeyObject | KeyProblem {
  return readKey(pem, "PUBLIC KEY", createPublicKey);
}

/** The label is checked first: createPublicKey would take a private key, which a verifier must not hold. */
function readKey(pem: string, label: string, create: (pem: string) => KeyObject): KeyObject | KeyProblem {
  const problem = (text: string): KeyProblem => ({ kind: "problem", problem: text });
  if (!pem.trimStart().startsWith(`-----BEGIN ${label}-----`)) return problem(`not a PEM "${label}"`);
  try {
    const key = create(pem);
    return key.asymmetricKeyType === "ed25519" ? key : problem("not an Ed25519 key");
  } catch {
    return problem(`not a readable "${label}"`);
  }
}

/** An agent's public key as a policy has it: the `x` of a JWK (RFC 8037 §2). */
export function readAgentKey(x: string): KeyObject | KeyProblem {
  try {
    return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  } catch {
    return { kind: "problem", problem: "not an Ed25519 public key" };
  }
}

/** The other way round: what goes into a policy. */
export function agentKeyOf(privateKeyPem: string): string | KeyProblem {
  const key = readSigningKey(privateKeyPem);
  return "problem" in key ? key : String(createPublicKey(key).export({ format: "jwk" }).x);
}

/** The half that verifies; the key is one that was read here. */
export function publicPemOf(privateKeyPem: string): string | KeyProblem {
  const key = readSigningKey(privateKeyPem);
  if ("problem" in key) return key;
  return createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
}

/** Names a key in a token's header: a part of the digest of its public half. */
export function keyId(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return hash("sha256", publicKey.export({ type: "spki", format: "der" }), "base64url").slice(0, 16);
}
