// Owns what the official openai SDK sees through the sidecar beside chat and responses: embeddings,
// completions, and Azure's paths.

import OpenAI, {
  APIError,
  AzureOpenAI,
  BadRequestError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readAll, startVendorWorld, type VendorWorld, vendorKey } from "./vendors.ts";

let world: VendorWorld;
let client: OpenAI;
let azure: AzureOpenAI;

beforeAll(async () => {
  world = await startVendorWorld();
  const settings = { apiKey: "the-agent-has-none", maxRetries: 0, logLevel: "off" as const };
  client = new OpenAI({ baseURL: `${world.urlOf("openai-all")}/v1`, ...settings });
  azure = new AzureOpenAI({
    endpoint: world.urlOf("azure-openai"),
    apiVersion: "2024-10-21",
    ...settings,
  });
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({});
  world.mock.reset();
});

describe("embeddings and completions", () => {
  it("embeds as the SDK asks for it, and tells the usage", async () => {
    const asked = { model: "text-embedding-3-small", input: ["one two", "three"], dimensions: 32 };
    const { data, usage } = await client.embeddings.create(asked);
    expect(data.map(({ embedding }) => embedding.length)).toEqual([32, 32]);
    expect(usage.prompt_tokens).toBe(3);
    expect(world.mock.log[0]).toMatchObject({ body: { ...asked, encoding_format: "base64" } });
    world.mock.setScript({ rules: [{ fault: 400 }] });
    await expect(client.embeddings.create(asked)).rejects.toBeInstanceOf(BadRequestError);
  });

  it("completes, whole and streamed", async () => {
    const asked = { model: "gpt-3.5-turbo-instruct", prompt: "Once", max_tokens: 5 };
    const whole = await client.completions.create(asked);
    const chunks = await readAll(await client.completions.create({ ...asked, stream: true }));
    const text = chunks.map(({ choices }) => choices[0]?.text ?? "").join("");
    expect(text).toBe(whole.choices[0]?.text);
    world.mock.setScript({ rules: [{ fault: "missing-done" }] });
    const cut = client.completions.create({ ...asked, stream: true }).then(readAll);
    await expect(cut).rejects.toBeInstanceOf(APIError);
  });
});

describe("Azure's deployments", () => {
  const messages = [{ role: "user" as const, content: "hello" }];

  it("answer, stream and embed below their own paths", async () => {
    const asked = { model: "my-gpt", messages };
    const whole = await azure.chat.completions.create(asked);
    const chunks = await readAll(await azure.chat.completions.create({ ...asked, stream: true }));
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
    expect(text).toBe(whole.choices[0]?.message.content);
    await azure.embeddings.create({ model: "my-ada", input: "one" });
    const [entry] = world.mock.log;
    expect(entry).toMatchObject({
      path: "/openai/deployments/my-gpt/chat/completions",
      query: "api-version=2024-10-21",
      headers: { "api-key": vendorKey },
    });
  });

  it("raise the SDK's exceptions", async () => {
    const asked = { model: "my-gpt", messages };
    const denied = azure.chat.completions.create({ ...asked, model: "her-gpt" });
    await expect(denied).rejects.toBeInstanceOf(PermissionDeniedError);
    await expect(azure.get("/no-such-route")).rejects.toBeInstanceOf(NotFoundError);
    world.mock.setScript({ rules: [{ fault: 429 }] });
    await expect(azure.chat.completions.create(asked)).rejects.toBeInstanceOf(RateLimitError);
    world.mock.setScript({ rules: [{ fault: "cut" }] });
    const cut = azure.chat.completions.create({ ...asked, stream: true }).then(readAll);
    await expect(cut).rejects.toBeInstanceOf(APIError);
  });
});
