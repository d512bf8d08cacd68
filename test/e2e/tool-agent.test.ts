// Owns the proof that an agent on the openai SDK reads what Sluice says of its calls of tools, recovers and
// finishes. Knows no filter.

import OpenAI from "openai";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sayJson, startToolServer, type ToolServer } from "./tool-server.ts";
import { eventually, startWorld, type World } from "./world.ts";

const documents = (url: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: web_search }
spec:
  version: 2.1.0
  parameters:
    type: object
    properties: { query: { type: string } }
    required: [ query ]
    additionalProperties: false
  returns: { type: object, properties: { answer: { type: string } }, required: [ answer ] }
  endpoint: ${url}/search
  effect: read
---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: crm }
spec: { version: 1.0.0, parameters: { type: object }, endpoint: "${url}/crm", operations: [ crm.read ] }
`;
const agentSpec = "  tools: { web_search: {}, crm: {} }\n  invalidCalls: flag\n  operations: [ crm.read ]";

/** What the model does next stands on what it was told last, and on nothing else. */
const turns = [
  ["What is the weather in Paris?", "web_search", { query: "Paris" }],
  [
    "`web_search` failed with status 500; its own words are withheld. Try again later",
    "web_search",
    { q: "Paris" },
  ],
  ['do not fit `web_search` 2.1.0: /query: required; arguments: no member "q"', "crm", {}],
  ["`crm` needs the operation `crm.read`, which the user is not permitted. Do without it.", "shell", {}],
  [
    "`shell`, which is not on this agent's list of tools. Do without it",
    "web_search",
    { query: "Paris weather" },
  ],
] as const;

let server: ToolServer;
let world: World;

beforeAll(async () => {
  server = await startToolServer();
  const rules = turns.map(([text, name, args]) => ({
    when: { text },
    once: true,
    answer: { toolCalls: [{ name, arguments: args }] },
  }));
  const last = { when: { text: "sunny" }, answer: { text: "It is sunny in Paris." } };
  world = await startWorld({
    agentSpec,
    documents: documents(server.url),
    script: { rules: [...rules, last] } as never,
  });
});
afterAll(async () => {
  await world.close();
  await server.close();
});

/** Ten lines that any agent has: ask, call what is asked for, hand back what was said. */
async function work(prompt: string): Promise<{ answer: string; heard: readonly string[] }> {
  const client = new OpenAI({ baseURL: world.openaiUrl, apiKey: "none", maxRetries: 0 });
  const toolsUrl = `http://127.0.0.1:${world.sidecar.egressPort}/tools`;
  const tools = (await (await fetch(`${toolsUrl}?format=openai`)).json()) as OpenAI.ChatCompletionTool[];
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: prompt }];
  const heard: string[] = [];
  for (let steps = 0; steps < 10; steps += 1) {
    const said = await client.chat.completions
      .create({ model: "gpt-4o", messages, tools })
      .catch((error: unknown) => {
        if (error instanceof OpenAI.APIError) return error;
        throw error;
      });
    if (said instanceof OpenAI.APIError) {
      heard.push(said.message);
      messages.push({ role: "user", content: said.message });
      continue;
    }
    const message = said.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    if (message === undefined || call?.type !== "function") return { answer: message?.content ?? "", heard };
    const { name, arguments: body } = call.function;
    const response = await fetch(`${toolsUrl}/${name}`, { method: "POST", body });
    const { detail, answer } = (await response.json()) as { detail?: string; answer?: string };
    heard.push(detail ?? String(answer));
    messages.push(message, { role: "tool", tool_call_id: call.id, content: "see below" });
    messages.push({ role: "user", content: detail ?? String(answer) });
  }
  throw new Error(`the agent does not find its way: ${heard.join(" | ")}`);
}

it("an agent meets a tool's 500, a schema, permissions and the list, and finishes", async () => {
  server.behaviours.set("/search", ({ body }, response) => {
    const isFirst = body.includes('"Paris"');
    const failing = sayJson({ error: "stack at /srv/db.internal" }, 500);
    const well = sayJson({ answer: "Paris: sunny, 21 degrees" });
    return (isFirst ? failing : well)({ path: "", headers: {}, body }, response);
  });
  const { answer, heard } = await work("What is the weather in Paris?");
  expect(answer).toBe("It is sunny in Paris.");
  expect(heard).toHaveLength(5);
  expect(heard.join(" ")).not.toContain("internal");
  expect(server.seen.map(({ path }) => path)).toEqual(["/search", "/search"]);
  const codes = () =>
    world.sidecarLog.flatMap(({ error_type }) => (error_type === undefined ? [] : [error_type]));
  await eventually(() => codes().length === 4);
  expect(codes()).toEqual(["tool_failed", "schema_violation", "tool_denied", "tool_denied"]);
});
