// Owns the proof that the official SDKs meet only calls of tools that the policy allows, and read why not.
// Knows no filter.

import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually, startWorld, type World } from "./world.ts";

const documents = (mockUrl: string) => `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: anthropic }
spec:
  api: anthropic
  baseUrl: ${mockUrl}
  credential: { env: TEST_PROVIDER_KEY }
  models: { claude: { price: { perMillion: { input: 1, output: 1 } } } }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: claude }
spec: { targets: [ { provider: anthropic, model: claude } ] }
---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: get_weather }
spec:
  version: 2.1.0
  parameters:
    type: object
    properties: { city: { type: string, maxLength: 40 } }
    required: [ city ]
    additionalProperties: false
---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: send_email }
spec: { version: 1.0.0 }
`;
const agentSpec = `  tools:
    get_weather: { version: ^2.0 }
    send_email: { when: 'args.to.endsWith("@example.com")' }
  invalidCalls: repair
  escalation: { webhook: { url: "http://127.0.0.1:9" }, highStakes: { tools: [ send_email ] } }`;

const named = (name: string) => ({ name, parameters: { type: "object", properties: {} } });
const tools = ["get_weather", "shell", "send_email"].map((name) => {
  return { type: "function" as const, function: named(name) };
});
const messages = [{ role: "user" as const, content: "Hello" }];

describe("calls of tools through the sidecar", () => {
  let world: World;
  let client: OpenAI;

  beforeAll(async () => {
    world = await startWorld({ agentSpec, documents, models: ["gpt-4o", "claude"] });
    client = new OpenAI({ baseURL: world.openaiUrl, apiKey: "none", maxRetries: 0 });
  });
  afterAll(() => world.close());
  beforeEach(() => world.mock.reset());

  const answering = (...calls: readonly (readonly [string, object])[]) => {
    const rules = calls.map(([name, args]) => ({
      once: true,
      answer: { toolCalls: [{ name, arguments: args }] },
    }));
    world.mock.setScript({ rules: rules as never });
  };
  const ask = () => client.chat.completions.create({ model: "gpt-4o", messages, tools });

  it("a tool that is not on the list is not shown to the model", async () => {
    answering(["get_weather", { city: "Paris" }]);
    const { choices } = await ask();
    const call = choices[0]?.message.tool_calls?.[0];
    expect(call?.type === "function" && call.function.arguments).toBe('{"city":"Paris"}');
    const sent = JSON.stringify(world.mock.log[0]?.body);
    expect(sent).toContain("send_email");
    expect(sent).not.toContain("shell");
  });

  it.each(["whole", "streamed"])("one that does not fit is asked for once more, %s", async (form) => {
    answering(["get_weather", { city: 5, x: 1 }], ["get_weather", { city: "Rome" }]);
    const asked = { model: "gpt-4o", messages, tools };
    const done =
      form === "whole"
        ? await client.chat.completions.create(asked)
        : await client.chat.completions.stream(asked).finalChatCompletion();
    const call = done.choices[0]?.message.tool_calls?.[0];
    expect(call?.type === "function" && call.function.arguments).toBe('{"city":"Rome"}');
    expect(JSON.stringify(world.mock.log[1]?.body)).toContain('no member \\"x\\"');
    expect(world.mock.log).toHaveLength(2);
  });

  it("one that is not allowed is told as the SDK's own exception", async () => {
    answering(["send_email", { to: "eve@elsewhere.org" }], ["send_email", { to: "eve@elsewhere.org" }]);
    const failure = await ask().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OpenAI.PermissionDeniedError);
    expect(String(failure)).toContain("`send_email`, which may not be used like this");
    const lines = () => world.sidecarLog.filter(({ event }) => event === "tool_call.checked");
    const denied = await eventually(() => lines().find(({ verdict }) => verdict === "denied"));
    expect(denied).toMatchObject({ agent_id: "search", tool_name: "send_email" });
    expect(JSON.stringify(lines())).not.toContain("elsewhere");
    const metrics = await world.status("sidecar", "/metrics");
    expect(metrics).toMatch(/sluice_tool_call_checks_total\{tool="send_email",verdict="denied"\} [1-9]/);
  });

  it("one that a person has to confirm is asked about only where it may be made", async () => {
    answering(["send_email", { to: "ada@example.com" }]);
    const failure = await ask().catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 403, code: "confirmation_required" });
  });

  it("Anthropic's SDK meets the same", async () => {
    const baseURL = world.openaiUrl.replace("/openai/v1", "/anthropic");
    const anthropic = new Anthropic({ baseURL, apiKey: "none", maxRetries: 0 });
    const shown = ["get_weather", "shell"].map((name) => {
      return { name, input_schema: { type: "object" as const, properties: {} } };
    });
    const asked = { model: "claude", max_tokens: 100, messages, tools: shown };
    answering(["get_weather", { city: "Paris" }]);
    const { content } = await anthropic.messages.create(asked);
    expect(content.find(({ type }) => type === "tool_use")).toMatchObject({ input: { city: "Paris" } });
    answering(["shell", {}], ["shell", {}]);
    const failure = await anthropic.messages
      .stream(asked)
      .finalMessage()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Anthropic.PermissionDeniedError);
  });
});
