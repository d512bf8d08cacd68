// Owns signing a request as AWS asks for it (Signature Version 4), by their own library. Keeps no key.

import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary keys; long-lived ones have none. */
  readonly sessionToken: string | undefined;
}

export interface AwsScope {
  readonly region: string;
  /** As signatures name it: `bedrock`. */
  readonly service: string;
}

export interface SignableRequest {
  readonly method: string;
  /** `https://host[:port]`. */
  readonly origin: string;
  /** As it is sent; without a query, which is not signed here. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/**
 * The headers of the request with those that prove it. The library is loaded where the first one is signed.
 */
export async function signRequest(
  request: SignableRequest,
  keys: AwsKeys,
  { region, service, now }: AwsScope & { readonly now: Date },
): Promise<Record<string, string>> {
  const { SignatureV4 } = await import("@smithy/signature-v4");
  const { sessionToken, ...pair } = keys;
  const credentials = sessionToken === undefined ? pair : { ...pair, sessionToken };
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const { hostname, host } = new URL(request.origin);
  const { method, path, body } = request;
  const texts = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const headers = { ...Object.fromEntries(texts), host };
  const signed = await signer.sign(
    { method, protocol: "https:", hostname, path, query: {}, headers, body },
    { signingDate: now },
  );
  return signed.headers;
}

type Source = string | ArrayBuffer | ArrayBufferView;

/** A digest, or with a secret an HMAC, as the library asks for one. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: Source): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytesOf(source: Source): string | Uint8Array {
  if (typeof source === "string") return source;
  if (!ArrayBuffer.isView(source)) return new Uint8Array(source);
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}
