// Owns the shape of an agent's `egress`: hosts it may name, and how each may be reached. Knows no connection.

import type { Schema } from "./shared.ts";
import { duration, mapOf, object } from "./shared.ts";

/** What built-in defaults fill in is always there. */
export interface EgressRuleDocument {
  readonly inspect: boolean;
  readonly private: boolean;
  readonly connections: number;
  readonly timeouts: {
    readonly connect: string;
    readonly firstByte: string;
    readonly idle: string;
    readonly total: string;
  };
}

export const egressDefaults = {
  inspect: false,
  private: false,
  connections: 64,
  timeouts: { connect: "5s", firstByte: "30s", idle: "5m", total: "1h" },
};

const hostAndPort: Schema = {
  type: "string",
  pattern: "^([a-z0-9*._-]+|\\[[0-9a-f:]+\\]):[1-9][0-9]{0,4}$",
  maxLength: 261,
  description: 'a lower-case host and a port such as "api.github.com:443"',
};

export const egress: Schema = mapOf(
  object({
    properties: {
      inspect: { type: "boolean", description: "true: TLS ends at the sidecar" },
      private: { type: "boolean", description: "true: it may stand for a private address" },
      connections: { type: "integer", minimum: 1, maximum: 10_000, description: "open at once" },
      timeouts: object({
        properties: { connect: duration, firstByte: duration, idle: duration, total: duration },
      }),
    },
  }),
  hostAndPort,
);
