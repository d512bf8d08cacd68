// Owns Bedrock's runtime API: routes, credential, headers. Reads no body.

import type { Api, CoveredRoute } from "../../contracts/dialect.ts";
import { writePath } from "../bedrock-converse/path.ts";
import { bedrockConverse } from "../bedrock-converse.ts";
import { bedrockCount } from "../bedrock-count.ts";
import { bedrockInvoke } from "../bedrock-invoke.ts";
import { listRoutes } from "../routes.ts";

const inspected: readonly CoveredRoute[] = [
  ...listRoutes("inspected", "POST /model/+/converse\nPOST /model/+/converse-stream", bedrockConverse),
  ...listRoutes(
    "inspected",
    "POST /model/+/invoke\nPOST /model/+/invoke-with-response-stream",
    bedrockInvoke,
  ),
  ...listRoutes("inspected", "POST /model/+/count-tokens", bedrockCount),
];

/** Of the runtime; then of the control plane, which has a host of its own and no business in a pod. */
const refused = listRoutes(
  "refused",
  `
  POST /model/+/invoke-with-bidirectional-stream
  GET,POST /async-invoke
  GET /async-invoke/+
  POST /guardrail/+/version/*/apply
  GET /foundation-models
  GET /foundation-models/+
  GET,POST /inference-profiles
  GET,DELETE /inference-profiles/+
`,
);

/**
 * A guardrail that is asked for holds, so does its trace; what would change a call's price does not go on.
 */
const headers = [
  "x-amzn-bedrock-accept",
  "x-amzn-bedrock-guardrailidentifier",
  "x-amzn-bedrock-guardrailversion",
  "x-amzn-bedrock-trace",
];

export const bedrockApi: Api = {
  routes: [...inspected, ...refused],
  dialect: bedrockConverse,
  headers,
  authorize: (secret): Record<string, string> =>
    secret === undefined ? {} : { authorization: `Bearer ${secret}` },
  endpoint: (dialect, { model, isStream }) =>
    dialect === bedrockConverse ? writePath(model, isStream ? "converse-stream" : "converse") : undefined,
};
