// Owns the policies of the ledger's proof: embeddings beside chats, and a budget to be near to.

export const vectors = (mockUrl: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: vectors }
spec:
  api: openai
  baseUrl: ${mockUrl}
  credential: { env: TEST_PROVIDER_KEY }
  models: { text-embedding-3-small: { price: { perMillion: { input: 0.02, output: 0 } } } }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: embed }
spec: { targets: [ { provider: vectors, model: text-embedding-3-small } ] }
`;

export const monthly = `apiVersion: sluice.dev/v1alpha1
kind: Limit
metadata: { name: monthly }
spec: { usd: 0.0004, window: { calendar: month, zone: UTC }, mode: shadow }
`;
