// Owns how a provider's credential is shown on a request: as a key, or as AWS's signature. Hands it to
// whoever sends, and to nobody else.

import type { Api } from "../contracts/dialect.ts";
import type { OutgoingHeaders } from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import type { AwsCredentialSource, ProviderSpec } from "../contracts/policy.ts";
import { type Credential, openCredential } from "./credential.ts";
import { type AwsKeys, type SignableRequest, signRequest } from "./sigv4-adapter.ts";

/** What goes out, without its credential. `body` is undefined where the client's streams through. */
export interface UnauthorizedRequest extends Omit<SignableRequest, "body"> {
  readonly body: Buffer | undefined;
}

/** All headers; `undefined`: the credential cannot be had. */
export type Authorize = (request: UnauthorizedRequest) => Async<OutgoingHeaders["headers"] | undefined>;

export interface AuthorizationOptions {
  readonly credential: ProviderSpec["credential"];
  readonly api: Api;
  readonly environment: NodeJS.ProcessEnv;
}

/** A client's own version of the API goes before ours; no API lists a credential among what goes on. */
export function openAuthorization({ credential, api, environment }: AuthorizationOptions): Authorize {
  if (credential === undefined) {
    return ({ headers, path }) => ({ ...api.authorize(undefined, path), ...headers });
  }
  if (credential.kind === "aws") return openSignature(credential, environment);
  const secret = openCredential(credential, environment);
  return ({ headers, path }) => {
    const key = secret.read();
    return key === undefined ? undefined : { ...api.authorize(key, path), ...headers };
  };
}

/** As AWS names Bedrock's runtime in a signature. */
const service = "bedrock";

function openSignature(source: AwsCredentialSource, environment: NodeJS.ProcessEnv): Authorize {
  const { region } = source;
  const id = openCredential(source.accessKeyId, environment);
  const secret = openCredential(source.secretAccessKey, environment);
  const token = source.sessionToken && openCredential(source.sessionToken, environment);
  return ({ body, ...request }) => {
    if (body === undefined) throw new TypeError("a signature covers the body: it has to be read before");
    const keys = readKeys(id, secret, token);
    if (keys === undefined || (source.isTemporary && keys.sessionToken === undefined)) return undefined;
    return signRequest({ ...request, body }, keys, { region, service, now: new Date() });
  };
}

function readKeys(id: Credential, secret: Credential, token: Credential | undefined): AwsKeys | undefined {
  const [accessKeyId, secretAccessKey] = [id.read(), secret.read()];
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: token?.read() };
}
