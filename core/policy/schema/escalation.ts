// Owns the shape of an agent's escalation: when a person takes over, and how one is told. Knows no signal's
// making.

import {
  type EscalationContext,
  type EscalationReason,
  escalationContexts,
  escalationReasons,
} from "../../contracts/escalation.ts";
import type { Schema, SecretSourceDocument } from "./shared.ts";
import { duration, listOf, object, oneOf, secretSource, toolName, url } from "./shared.ts";

/** What built-in defaults fill in is always there. */
export interface EscalationDocument {
  readonly webhook: {
    readonly url: string;
    readonly credential?: SecretSourceDocument;
    readonly signing?: SecretSourceDocument;
    readonly timeout: string;
  };
  readonly context: EscalationContext;
  readonly signals: readonly EscalationReason[];
  readonly answer: readonly EscalationReason[];
  readonly message: string;
  readonly phrases?: readonly string[];
  readonly confidence?: string;
  readonly confidenceBelow: number;
  readonly sentimentBelow: number;
  readonly failures: number;
  readonly highStakes?: {
    readonly tools?: readonly string[];
    readonly phrases?: readonly string[];
    readonly message: string;
    readonly confirmWithin: string;
  };
}

/** For `spec.escalation` and `spec.escalation.*` of an Agent, where it has them. */
export const escalationDefaults = {
  escalation: {
    context: "none",
    signals: escalationReasons,
    answer: ["user_request"],
    message: "I have handed this over to a person, who will get back to you.",
    confidenceBelow: 0.4,
    sentimentBelow: -0.7,
    failures: 3,
  },
  webhook: { timeout: "5s" },
  highStakes: {
    message: "This has to be confirmed. Send the request again with the confirmation to go on.",
    confirmWithin: "15m",
  },
} as const;

const phrase: Schema = {
  type: "string",
  minLength: 2,
  maxLength: 512,
  description: "words in their order such as talk|speak to|with lawyer",
};

const words: Schema = {
  type: "string",
  minLength: 1,
  maxLength: 1_000,
  description: "at most 1,000 characters",
};

/** Signals that a request gives: the agent has not worked on it yet. */
const answered = ["user_request", "negative_sentiment"] as const satisfies readonly EscalationReason[];

export const escalation: Schema = object({
  properties: {
    webhook: object({
      properties: { url, credential: secretSource, signing: secretSource, timeout: duration },
      required: ["url"],
    }),
    context: oneOf(escalationContexts),
    signals: listOf(oneOf(escalationReasons)),
    answer: listOf(oneOf(answered)),
    message: words,
    phrases: { ...listOf(phrase), maxItems: 200 },
    confidence: {
      type: "string",
      pattern: "^(/([^~/]|~[01])*)+$",
      maxLength: 512,
      description: "a JSON pointer into the agent's answer such as /confidence",
    },
    confidenceBelow: { type: "number", minimum: 0, maximum: 100, description: "a number from 0 to 100" },
    sentimentBelow: { type: "number", minimum: -1, maximum: 1, description: "a number from -1 to 1" },
    failures: { type: "integer", minimum: 1, maximum: 1_000, description: "a number from 1 to 1000" },
    highStakes: object({
      properties: {
        tools: listOf(toolName),
        phrases: { ...listOf(phrase), maxItems: 200 },
        message: words,
        confirmWithin: duration,
      },
    }),
  },
  required: ["webhook"],
});
