// Owns a checked provider's credential: where its secret is, or its keys. Reads none of them.

import type { AwsCredentialSource, ProviderSpec, SecretSource } from "../../contracts/policy.ts";
import type { Draft } from "../draft.ts";
import type { ProviderCredentialDocument, SecretSourceDocument } from "../schema/shared.ts";
import { toSecretSource } from "./checked.ts";

const path = ["spec", "credential"];

export function toProviderCredential(
  draft: Draft,
  document: ProviderCredentialDocument | undefined,
): ProviderSpec["credential"] {
  if (document?.aws === undefined) return toSecretSource(draft, path, document);
  return toAwsSource(draft, document.aws);
}

type AwsDocument = NonNullable<ProviderCredentialDocument["aws"]>;

/** Keys are named all or not at all, so that a token of others never goes with them. */
function toAwsSource(draft: Draft, document: AwsDocument): AwsCredentialSource {
  const { region, accessKeyId, secretAccessKey, sessionToken } = document;
  const at = (name: string, named: SecretSourceDocument | undefined): SecretSource | undefined =>
    toSecretSource(draft, [...path, "aws", name], named);
  return {
    kind: "aws",
    region,
    accessKeyId: at("accessKeyId", accessKeyId) ?? variable("AWS_ACCESS_KEY_ID"),
    secretAccessKey: at("secretAccessKey", secretAccessKey) ?? variable("AWS_SECRET_ACCESS_KEY"),
    sessionToken:
      accessKeyId === undefined ? variable("AWS_SESSION_TOKEN") : at("sessionToken", sessionToken),
    isTemporary: sessionToken !== undefined,
  };
}

function variable(name: string): SecretSource {
  return { kind: "env", name };
}
