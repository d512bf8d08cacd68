// Owns how a webhook's receiver can tell who asked, and when: headers of Standard Webhooks. Sends nothing.

import { createHmac } from "node:crypto";

export interface Told {
  readonly id: string;
  readonly body: string;
  /** Milliseconds since the epoch: of this try. */
  readonly atMs: number;
}

const keyPrefix = "whsec_";

/** The id and the time are signed with the body: a receiver that looks at both hears nothing twice. */
export function signatureHeaders(key: string, { id, body, atMs }: Told): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const signed = createHmac("sha256", bytesOf(key)).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signed}` };
}

/** As receivers' libraries write it; what does not begin so is the key itself. */
function bytesOf(key: string): Buffer {
  return key.startsWith(keyPrefix) ? Buffer.from(key.slice(keyPrefix.length), "base64") : Buffer.from(key);
}
