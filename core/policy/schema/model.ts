// Owns the shape of a Model: the name agents ask for. Knows nothing of which strategies are enforced.

import type { Strategy } from "../../contracts/policy.ts";
import type { Schema } from "./shared.ts";
import { listOf, modelName, name, object, oneOf } from "./shared.ts";

export interface ModelDocument {
  readonly spec: {
    readonly strategy: Strategy;
    readonly targets: readonly { readonly provider: string; readonly model: string }[];
  };
}

export const model: Schema = object({
  properties: {
    strategy: oneOf(["priority", "weighted", "least-in-flight", "latency", "cheapest", "scored", "route"]),
    targets: {
      ...listOf(
        object({ properties: { provider: name, model: modelName }, required: ["provider", "model"] }),
      ),
      minItems: 1,
      description: "[ { provider: NAME, model: NAME } ]",
    },
  },
  required: ["targets"],
});
