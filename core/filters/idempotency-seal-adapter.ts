// Owns how an answer is kept for whoever repeats its call: sealed with the caller's own key, which no store
// knows. Knows no store.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { AnswerHead } from "../contracts/dialect.ts";
import type { Answer } from "../contracts/visit.ts";

const [saltBytes, ivBytes, tagBytes, keyBytes] = [16, 12, 16, 32];
const cipher = "aes-256-gcm";

/** AES-256-GCM under a key that HKDF makes of the idempotency key. */
export function sealAnswer(head: AnswerHead, body: Buffer, key: string): string {
  const salt = randomBytes(saltBytes);
  const iv = randomBytes(ivBytes);
  const sealing = createCipheriv(cipher, keyFrom(key, salt), iv);
  const plain = Buffer.from(JSON.stringify({ head, body: body.toString("base64") }));
  const sealed = Buffer.concat([sealing.update(plain), sealing.final()]);
  return Buffer.concat([salt, iv, sealing.getAuthTag(), sealed]).toString("base64");
}

/** Undefined: it was not sealed with this key. */
export function openAnswer(sealed: string, key: string): Answer | undefined {
  const bytes = Buffer.from(sealed, "base64");
  const [ivAt, tagAt] = [saltBytes, saltBytes + ivBytes];
  const from = tagAt + tagBytes;
  if (bytes.length < from) return undefined;
  try {
    const salted = keyFrom(key, bytes.subarray(0, ivAt));
    const opening = createDecipheriv(cipher, salted, bytes.subarray(ivAt, tagAt), {
      authTagLength: tagBytes,
    });
    opening.setAuthTag(bytes.subarray(tagAt, from));
    const plain = Buffer.concat([opening.update(bytes.subarray(from)), opening.final()]);
    const { head, body } = JSON.parse(plain.toString()) as { head: AnswerHead; body: string };
    const headers = { ...head.headers, "idempotency-replayed": "true" };
    return { kind: "answer", head: { status: head.status, headers }, body: Buffer.from(body, "base64") };
  } catch {
    return undefined;
  }
}

function keyFrom(key: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, "sluice idempotency answer", keyBytes));
}
