// Owns the making of certificates: an authority of this pod alone, and leaves in its name. Keeps no file.

import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto as never);

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const usages = ["sign", "verify"] as const;
const dayMs = 24 * 3_600_000;
const authorityLifeMs = 365 * dayMs;
/** Clients' clocks may be slow. */
const backdatedMs = 3_600_000;
export const leafLifeMs = 2 * dayMs;

export interface Issuer {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

export interface LeafKeys {
  readonly keys: webcrypto.CryptoKeyPair;
  /** PKCS #8. */
  readonly privatePem: string;
  /** Which keys are meant, the issuer's and these: the same on every leaf. */
  readonly identifiers: readonly x509.Extension[];
}

/** `kept`: the key is to be written down, so it can be read out. */
export async function makeIssuer(key: "kept" | "secret"): Promise<Issuer> {
  const keys = await webcrypto.subtle.generateKey(algorithm, key === "kept", usages);
  const nowMs = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=Sluice pod CA ${randomBytes(4).toString("hex")}, O=Sluice`,
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + authorityLifeMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
}

/** All leaves of one sidecar share a key: making one takes longer than signing. */
export async function makeLeafKeys(issuer: Issuer): Promise<LeafKeys> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, usages);
  const identifiers = [
    await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
  ];
  return { keys, privatePem: await printKey(keys.privateKey), identifiers };
}

/** PEM, valid for `leafLifeMs` from an hour ago. */
export async function signLeaf(issuer: Issuer, host: string, leaf: LeafKeys): Promise<string> {
  const nowMs = Date.now();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    // RFC 5280's upper bound of a common name is 64; the name that counts is the other one.
    subject: host.length <= 64 ? [{ CN: [host] }] : [{ O: ["Sluice"] }],
    issuer: issuer.certificate.subject,
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + leafLifeMs),
    signingAlgorithm: algorithm,
    publicKey: leaf.keys.publicKey,
    signingKey: issuer.keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }]),
      ...leaf.identifiers,
    ],
  });
  return certificate.toString("pem");
}

/** Certificate and key, one behind the other, as they are kept in a file. */
export async function printIssuer({ certificate, keys }: Issuer): Promise<string> {
  return `${certificate.toString("pem")}\n${await printKey(keys.privateKey)}`;
}

/** Of what `printIssuer` wrote; undefined where it is no authority, has run out, or its key is another's. */
export async function readIssuer(pem: string): Promise<Issuer | undefined> {
  try {
    const blocks = x509.PemConverter.decodeWithHeaders(pem);
    const [certificatePem, keyPem] = ["CERTIFICATE", "PRIVATE KEY"].map((type) =>
      blocks.find((block) => block.type === type),
    );
    if (certificatePem === undefined || keyPem === undefined) return undefined;
    const certificate = new x509.X509Certificate(certificatePem.rawData);
    const privateKey = await webcrypto.subtle.importKey("pkcs8", keyPem.rawData, algorithm, false, ["sign"]);
    const publicKey = await certificate.publicKey.export(algorithm, ["verify"]);
    const issuer = { certificate, keys: { privateKey, publicKey } };
    const isAuthority = certificate.getExtension(x509.BasicConstraintsExtension)?.ca === true;
    const isInTime = certificate.notAfter.getTime() > Date.now() + leafLifeMs;
    return isAuthority && isInTime && (await isPair(issuer.keys)) ? issuer : undefined;
  } catch {
    return undefined;
  }
}

async function isPair({ privateKey, publicKey }: webcrypto.CryptoKeyPair): Promise<boolean> {
  const nonce = randomBytes(32);
  const signature = await webcrypto.subtle.sign(algorithm, privateKey, nonce);
  return webcrypto.subtle.verify(algorithm, publicKey, signature, nonce);
}

async function printKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  return `${x509.PemConverter.encode(der, "PRIVATE KEY")}\n`;
}

/** RFC 5280 §4.1.2.2: positive, and nobody can guess it. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}
