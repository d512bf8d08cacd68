// Owns a checked Tool's credential: where its secret is, and how it is shown. Reads none.

import type { ToolCredential } from "../../contracts/policy.ts";
import type { Draft } from "../draft.ts";
import type { Path } from "../located.ts";
import type { SecretSourceDocument } from "../schema/shared.ts";
import type { ToolCredentialDocument } from "../schema/tool.ts";
import { proven, toSecretSource } from "./checked.ts";

export function toToolCredential(
  draft: Draft,
  document: ToolCredentialDocument | undefined,
  path: Path = ["spec", "credential"],
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
  const { tokenUrl, clientId, clientSecret, scope, audience, clientAuth = "basic" } = oauth2;
  const { origin, pathname, search } = new URL(tokenUrl);
  return {
    kind: "oauth2",
    tokenUrl: { origin, path: pathname + search },
    ...{ clientId, scope, audience, clientAuth },
    clientSecret: at(["oauth2", "clientSecret"], clientSecret),
  };
}
