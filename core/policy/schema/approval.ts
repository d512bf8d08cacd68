// Owns the shape of what holds a tool's calls until a person has approved them. Knows nothing of tools.

import type { Schema, SecretSourceDocument } from "./shared.ts";
import { duration, object, secretSource, url } from "./shared.ts";

export interface ApprovalDocument {
  readonly within?: string;
  readonly webhook?: {
    readonly url: string;
    readonly credential?: SecretSourceDocument;
    readonly signing?: SecretSourceDocument;
    readonly timeout?: string;
  };
}

export const approval: Schema = object({
  properties: {
    within: duration,
    webhook: object({
      properties: { url, credential: secretSource, signing: secretSource, timeout: duration },
      required: ["url"],
    }),
  },
  description: "{ within: 10m, webhook: { url } }; {} holds calls until somebody looks for them",
});
