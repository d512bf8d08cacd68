// Owns the policy of an arena: one provider, and as many Models as budgets are tried. Knows no process.

export interface ArenaPolicy {
  readonly providerUrl: string;
  /** One budget each: the limits are by model. */
  readonly models: readonly string[];
  /** YAML of the agent's `limits`, one line each, without indent. */
  readonly limits: readonly string[];
  /** Undefined: the policy does not know how much a model makes. */
  readonly outputTokensMax?: number | undefined;
}

/** Dollars of a million tokens. */
export const price = { input: 2.5, output: 10 } as const;

export const agentName = "worker";

export function policyText({ providerUrl, models, limits, outputTokensMax }: ArenaPolicy): string {
  const most = outputTokensMax === undefined ? "" : `, maxOutputTokens: ${outputTokensMax}`;
  const perMillion = `{ input: ${price.input}, output: ${price.output}, cachedInput: ${price.input} }`;
  const documents = models.map(
    (name) => `apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: ${name} }
spec: { targets: [ { provider: openai, model: ${name} } ] }
---
`,
  );
  return `${documents.join("")}apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: openai }
spec:
  api: openai
  baseUrl: ${providerUrl}
  credential: { env: ARENA_PROVIDER_KEY }
  timeouts: { connect: 2s, firstByte: 10s, idle: 5s, total: 60s }
  models:
${models.map((name) => `    ${name}: { price: { perMillion: ${perMillion} }${most} }`).join("\n")}
---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: ${agentName} }
spec:
  endpoints: [ "http://127.0.0.1:9" ]
  models: [ ${models.join(", ")} ]
  limits:
${limits.map((line) => `    ${line}`).join("\n")}
`;
}
