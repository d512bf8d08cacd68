// Owns a Sluice for SDK tests with a provider of every API, all of them the mock; knows no SDK.

import { spokenApis } from "../../../core/policy/dialects.ts";
import { startWorld, type World, type WorldOptions } from "../world.ts";

export interface Vendor {
  readonly provider: string;
  readonly api: (typeof spokenApis)[number];
  /** YAML of the provider's credential. */
  readonly credential: string;
  /** The one way its models are asked; undefined: any. */
  readonly speaks?: "chat" | "responses";
  /** By the name an agent uses: the name the vendor knows. */
  readonly models: Readonly<Record<string, string>>;
}

export const vendorKey = "the-operator's-own-key";

const key = "{ env: TEST_VENDOR_KEY }";
const aws = `{ aws: { region: us-east-1, accessKeyId: { env: TEST_AWS_ID },
    secretAccessKey: { env: TEST_AWS_SECRET } } }`;

export const vendors: readonly Vendor[] = [
  {
    // The world has a provider `openai` of its own.
    provider: "openai-all",
    api: "openai",
    credential: key,
    models: {
      "gpt-5.4": "gpt-5.4",
      "o3-pro": "o3-pro",
      "text-embedding-3-small": "text-embedding-3-small",
      "gpt-3.5-turbo-instruct": "gpt-3.5-turbo-instruct",
    },
  },
  {
    provider: "azure-openai",
    api: "azure-openai",
    credential: key,
    models: { "my-gpt": "my-gpt", "my-ada": "my-ada" },
  },
  { provider: "anthropic", api: "anthropic", credential: key, models: { "claude-opus-5": "claude-opus-5" } },
  {
    provider: "gemini",
    api: "gemini",
    credential: key,
    models: { "gemini-3-flash": "gemini-3-flash", "gemini-embedding-001": "gemini-embedding-001" },
  },
  {
    provider: "bedrock",
    api: "bedrock",
    credential: aws,
    models: {
      "us.anthropic.claude-opus-5-v1:0": "us.anthropic.claude-opus-5-v1:0",
      "amazon.nova-lite-v1:0": "amazon.nova-lite-v1:0",
    },
  },
  { provider: "ollama", api: "ollama", credential: key, models: { "llama3.1": "llama3.1" } },
  { provider: "chatting", api: "openai", credential: key, speaks: "chat", models: { "qwen-3": "qwen-3" } },
  {
    provider: "responding",
    api: "openai",
    credential: key,
    speaks: "responses",
    models: { "o1-pro": "o1-pro" },
  },
];

/** The provider's name in this world. */
export function providerOf(api: Vendor["api"]): string {
  return vendors.find((vendor) => vendor.api === api)?.provider ?? "";
}

const spoken = vendors.filter(({ api }) => spokenApis.includes(api));

export interface VendorWorld extends World {
  /** `http://127.0.0.1:port` */
  readonly egressUrl: string;
  /** `http://127.0.0.1:port/{provider}`, as an SDK's base URL. */
  urlOf(provider: string): string;
}

type Documents = string | ((mockUrl: string) => string);

/**
 * `documents`: further YAML. `models`: the names in them that the agent may use. `upstreamUrl`: of another
 * server than the mock provider.
 */
export async function startVendorWorld(
  documents: Documents = "",
  models: readonly string[] = [],
  upstreamUrl?: string,
  more: Pick<WorldOptions, "agent" | "agentSpec" | "environment"> = {},
): Promise<VendorWorld> {
  const own = spoken.flatMap((vendor) => Object.keys(vendor.models));
  const world = await startWorld({
    ...more,
    models: ["gpt-4o", "small", ...own, ...models],
    documents: (mockUrl) =>
      [
        ...spoken.map((vendor) => vendorText(vendor, upstreamUrl ?? mockUrl)),
        typeof documents === "string" ? documents : documents(mockUrl),
      ]
        .filter(Boolean)
        .join("\n"),
    environment: {
      TEST_VENDOR_KEY: vendorKey,
      TEST_AWS_ID: "AKIDOFTHEOPERATOR",
      TEST_AWS_SECRET: "secret-of-the-operator",
      ...more.environment,
    },
  });
  const egressUrl = world.openaiUrl.replace("/openai/v1", "");
  return { ...world, egressUrl, urlOf: (provider) => `${egressUrl}/${provider}` };
}

function vendorText({ provider, api, credential, speaks, models }: Vendor, mockUrl: string): string {
  const priced = Object.values(models).map(
    (model) => `    "${model}": { price: { perMillion: { input: 1.00, output: 2.00 } } }`,
  );
  const text = `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: ${provider} }
spec:
  api: ${api}
  baseUrl: ${mockUrl}
  credential: ${credential}
${speaks === undefined ? "" : `  speaks: ${speaks}`}
  timeouts: { connect: 2s, firstByte: 5s, idle: 1s, total: 60s }
  models:
${priced.join("\n")}`;
  const named = Object.entries(models).map(([name, model]) => modelText(name, [`${provider}/${model}`]));
  return [text, ...named].join("\n");
}

/** A Model whose targets are `provider/model` each, in that order. */
export function modelText(name: string, targets: readonly string[]): string {
  const written = targets.map((target) => {
    const [provider, ...model] = target.split("/");
    return `{ provider: ${provider}, model: "${model.join("/")}" }`;
  });
  return `---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: "${name}" }
spec: { targets: [ ${written.join(", ")} ] }`;
}

/** Reads an SDK's stream to its end and gives what it said. */
export async function readAll<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const said: T[] = [];
  for await (const one of stream) said.push(one);
  return said;
}

/** What a stream suffers on its way, so that no client may take it for a whole one. */
export const brokenStreams = ["cut", "missing-done", "malformed", "error-in-stream", "stall"] as const;

/** What an unstreamed answer suffers, so that none of it may be believed. */
export const brokenAnswers = [
  "cut-before-head",
  "truncated-json",
  "gzip",
  "duplicate-keys",
  "bom",
  "redirect",
] as const;

/** Two calls side by side, streamed in many pieces. */
export const twoCalls = {
  text: "Let me look.",
  toolCalls: [
    { name: "get_weather", arguments: { city: "Paris", unit: "celsius", days: [1, 2, 3] } },
    { name: "get_weather", arguments: { city: "Rome", unit: "celsius", days: [1, 2, 3] } },
  ],
};

export const weatherSchema = {
  type: "object" as const,
  properties: {
    city: { type: "string" },
    unit: { type: "string" },
    days: { type: "array", items: { type: "integer" } },
  },
  required: ["city"],
};
