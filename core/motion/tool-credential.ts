// Owns how a tool's credential is shown on a request: a header of the policy's, or a bearer. Hands it to
// whoever sends, and to nobody else.

import type { Async } from "../contracts/frame.ts";
import type { ToolCredential } from "../contracts/tool-spec.ts";
import { openCredential } from "./credential.ts";
import { OAuthClient } from "./oauth-client.ts";

export interface ShownCredential {
  readonly header: string;
  readonly value: string;
}

export interface ToolAuthorization {
  /** Undefined: the credential cannot be had. */
  read(): Async<ShownCredential | undefined>;
  /** The tool has not accepted what it was shown. */
  refused(shown: ShownCredential): void;
}

export function openToolCredential(
  credential: ToolCredential,
  environment: NodeJS.ProcessEnv,
): ToolAuthorization {
  if (credential.kind === "oauth2") return openOAuth(new OAuthClient({ spec: credential, environment }));
  const secret = openCredential(credential.source, environment);
  const show = (text: string): ShownCredential =>
    credential.kind === "apiKey" ? { header: credential.header, value: text } : bearer(text);
  return {
    read: () => {
      const text = secret.read();
      return text === undefined ? undefined : show(text);
    },
    refused() {},
  };
}

function openOAuth(client: OAuthClient): ToolAuthorization {
  return {
    read: () => {
      const token = client.read();
      return token instanceof Promise ? token.then(shown) : shown(token);
    },
    refused: ({ value }) => client.forget(value.slice(bearerPrefix.length)),
  };
}

const bearerPrefix = "Bearer ";

function shown(token: string | undefined): ShownCredential | undefined {
  return token === undefined ? undefined : bearer(token);
}

function bearer(token: string): ShownCredential {
  return { header: "authorization", value: bearerPrefix + token };
}
