// Owns a checked credential, of a Tool or an McpServer: where its secret is, and how it is shown. Reads none.

import type { ToolCredential } from "../../contracts/policy.ts";
import type { ToolUrl } from "../../contracts/tool-spec.ts";
import type { Draft } from "../draft.ts";
import type { Path } from "../located.ts";
import type { ToolCredentialDocument } from "../schema/credential.ts";
import type { SecretSourceDocument } from "../schema/shared.ts";
import { proven, toSecretSource } from "./checked.ts";

interface CredentialPlace {
  /** In the document. */
  readonly path?: Path;
  /** What tokens are asked for, where the policy does not say it. */
  readonly resource?: string | undefined;
}

export function toToolCredential(
  draft: Draft,
  document: ToolCredentialDocument | undefined,
  { path = ["spec", "credential"], resource }: CredentialPlace = {},
): ToolCredential | undefined {
  if (document === undefined) return undefined;
  const at = (place: readonly string[], source: SecretSourceDocument) =>
    proven(toSecretSource(draft, [...path, ...place], source));
  const { bearer, apiKey, oauth2 } = document;
  if (apiKey !== undefined) {
    return { kind: "apiKey", header: apiKey.header.toLowerCase(), source: at(["apiKey"], apiKey) };
  }
  if (oauth2 === undefined) {
    const place = bearer === undefined ? [] : ["bearer"];
    return { kind: "bearer", source: at(place, bearer ?? document) };
  }
  const { tokenUrl, authorizationServers: issuers = [], clientId, clientSecret, scope, audience } = oauth2;
  return {
    kind: "oauth2",
    ...{ clientId, scope, audience, issuers },
    tokenUrl: tokenUrl === undefined ? undefined : toToolUrl(tokenUrl),
    server: resource,
    resource: oauth2.resource ?? resource,
    clientAuth: oauth2.clientAuth ?? "basic",
    clientSecret: at(["oauth2", "clientSecret"], clientSecret),
  };
}

export function toToolUrl(text: string): ToolUrl {
  const { origin, pathname, search } = new URL(text);
  return { origin, path: pathname + search };
}
