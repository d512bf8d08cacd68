// Owns the shape of a credential that a tool or a server of tools is shown. Knows nothing of how it is shown.

import type { Schema, SecretSourceDocument } from "./shared.ts";
import { listOf, object, oneOf, secretFields, secretSource, url } from "./shared.ts";

export interface ToolCredentialDocument extends SecretSourceDocument {
  readonly bearer?: SecretSourceDocument;
  readonly apiKey?: SecretSourceDocument & { readonly header: string };
  readonly oauth2?: {
    readonly tokenUrl?: string;
    readonly authorizationServers?: readonly string[];
    readonly resource?: string;
    readonly clientId: string;
    readonly clientSecret: SecretSourceDocument;
    readonly scope?: string;
    readonly audience?: string;
    readonly clientAuth?: "basic" | "post";
  };
}

const headerName: Schema = {
  type: "string",
  pattern: "^[A-Za-z0-9-]+$",
  maxLength: 64,
  description: "a header's name such as x-api-key",
};

const words: Schema = { type: "string", minLength: 1, maxLength: 1_024 };

const client = {
  tokenUrl: url,
  clientId: words,
  clientSecret: secretSource,
  scope: words,
  audience: words,
  resource: url,
  clientAuth: oneOf(["basic", "post"]),
};

const ofTool = object({ properties: client, required: ["tokenUrl", "clientId", "clientSecret"] });
const ofServer = object({
  properties: { ...client, authorizationServers: listOf(url) },
  required: ["clientId", "clientSecret"],
});

const shown = (oauth2: Schema): Schema => ({
  ...secretSource,
  properties: {
    ...secretFields,
    bearer: secretSource,
    apiKey: {
      type: "object",
      properties: { ...secretFields, header: headerName },
      required: ["header"],
      minProperties: 2,
      maxProperties: 2,
      additionalProperties: false,
      description: "{ header: NAME, env: NAME } or { header: NAME, file: PATH }, never the secret itself",
    },
    oauth2,
  },
  description:
    "{ env: NAME } or { file: PATH } as a bearer, { apiKey: { header, env } } or { oauth2: { tokenUrl, … } }",
});

export const credential = shown(ofTool);
/** Servers of MCP can say whom to ask for a token. */
export const serverCredential = shown(ofServer);
