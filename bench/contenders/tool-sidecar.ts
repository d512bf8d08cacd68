// Owns the sidecar as the way to a tool: list, limit, both schemas and audit on. Measures nothing.

import type { Contender } from "../contender.ts";
import { chatPath } from "../workload.ts";
import { sidecarWith } from "./sidecar.ts";

/** The bench's own request are the arguments, its answer the result: all proxies move the same bytes. */
const toolOf = (upstreamPort: number): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: chat }
spec:
  version: 2.1.0
  description: What the other contenders are asked
  parameters:
    type: object
    properties:
      model: { type: string, enum: [ gpt-4o ] }
      messages:
        type: array
        minItems: 1
        maxItems: 20
        items:
          type: object
          properties:
            role: { enum: [ system, user, assistant ] }
            content: { type: string, maxLength: 4000 }
          required: [ role, content ]
          additionalProperties: false
      temperature: { type: number, minimum: 0, maximum: 2 }
      max_tokens: { type: integer, minimum: 1, maximum: 4096 }
      stream: { type: boolean }
    required: [ model, messages ]
    additionalProperties: false
  returns:
    type: object
    properties:
      choices:
        type: array
        items: { type: object, properties: { message: { type: object } }, required: [ message ] }
    required: [ choices ]
  endpoint: http://127.0.0.1:${upstreamPort}${chatPath}
  credential: { env: BENCH_PROVIDER_KEY }
  limits: { rate: { requests: 1000000000, window: { sliding: 1m }, by: [ agent, tool ] } }
  effect: read
  cost: 0.001
`;

export const toolSidecar: Contender = sidecarWith("sidecar, a tool", {
  tools: { documents: toolOf, uses: "{ chat: { version: ^2.0 } }" },
  path: "/tools/chat",
});
