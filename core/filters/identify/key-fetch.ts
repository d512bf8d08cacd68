// Owns one bounded request for an issuer's key set. Knows nothing of caching or of tokens.

import type { JWTVerifyGetKey } from "jose";
import { type Sending, Transport } from "../../motion/transport.ts";
import { isMetadataHost } from "../../text/host.ts";
import { parseJson } from "../../text/json-adapter.ts";
import { readKeySet } from "./jose-adapter.ts";

export type FetchKeys = (url: URL) => Promise<JWTVerifyGetKey | undefined>;

const totalMs = 5_000;
const timeouts = { connectMs: 3_000, firstByteMs: 3_000, idleMs: 3_000, totalMs };
const keySetBytesMax = 256 * 1024;

/** Undefined: there is none to be had. Anything but a 200 counts as that: redirects are not followed. */
export const fetchKeys: FetchKeys = async (url) => {
  if (isMetadataHost(url.hostname)) return undefined;
  const transport = new Transport({ origin: url.origin, timeouts, connectionsMax: 1 });
  const headers = { accept: "application/jwk-set+json, application/json", "accept-encoding": "identity" };
  const path = url.pathname + url.search;
  const body = await readWhole(transport.send({ method: "GET", path, headers, body: undefined }));
  await transport.destroy();
  return body === undefined ? undefined : readKeySet(parseJson(body.toString()));
};

/** Undefined: no good answer, a longer one than the bound, or a slower one. */
function readWhole(sending: Sending): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const finish = (body: Buffer | undefined): void => {
      clearTimeout(timer);
      sending.abort();
      resolve(body);
    };
    const timer = setTimeout(finish, totalMs, undefined);
    void sending.replied.then((reply) => {
      if (reply.kind === "refusal" || reply.head.status !== 200) return finish(undefined);
      const chunks: Buffer[] = [];
      let bytes = 0;
      reply.source.attach({
        data(chunk) {
          bytes += chunk.length;
          if (bytes > keySetBytesMax) finish(undefined);
          else chunks.push(chunk);
        },
        end: () => finish(Buffer.concat(chunks)),
        lost: () => finish(undefined),
      });
    });
  });
}
