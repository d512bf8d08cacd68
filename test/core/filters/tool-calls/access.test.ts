// Owns the proof that the agents of the field's example may call their own tools and no others, from policy
// file to answer. Knows no socket.

import { describe, expect, it } from "vitest";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { toolCallsFilter } from "../../../../core/filters/tool-calls.ts";
import { agentTools } from "../../../../core/policy/tools.ts";
import { rig } from "../../../rig.ts";
import { document, policyOf } from "../../policy/samples.ts";
import { vendors } from "./vendors.ts";

/** COMPATIBILITY: "ACL example". */
const acl: Readonly<Record<string, readonly string[]>> = {
  "agent-search": ["web_search", "vector_search", "knowledge_base"],
  "agent-email": ["send_email", "get_email_thread"],
  "agent-code": ["code_exec", "git_read", "package_search"],
  "agent-data": ["sql_query", "csv_read", "chart_generate"],
};
const everyTool = Object.values(acl).flat();

const policy = policyOf({
  "tools.yaml": everyTool.map((name) => document("Tool", name, "version: 1.0.0")).join("---\n"),
  "agents.yaml": Object.entries(acl)
    .map(([agent, names]) =>
      document("Agent", agent, `tools: { ${names.map((name) => `${name}: {}`).join(", ")} }`),
    )
    .join("---\n"),
});

async function call(agent: string, tool: string) {
  const spec = policy.agents.get(agent);
  const rules = spec && agentTools(policy, spec);
  if (rules === undefined) throw new Error(`no tools of ${agent}`);
  const watch = { decided: () => {} };
  const filter = toolCallsFilter({ agent, rules, invalidCalls: "block", watch });
  const chat = vendors.find(({ dialect }) => dialect === openAiChat);
  const request = chat?.request({ tools: everyTool.map((name) => ({ name })), form: "whole" });
  const answer = chat?.answer({ calls: [{ name: tool, args: "{}" }] }, "whole");
  const headers = { "content-type": "application/json" };
  const ran = await rig({
    chain: [filter],
    dialect: openAiChat,
    request: { ...request, headers },
    upstream: { headers, steps: [answer?.body ?? ""] },
  });
  const sent = JSON.parse(ran.sent[0]?.body.toString() ?? "{}");
  const shown = sent.tools.map((each: { function: { name: string } }) => each.function.name);
  return { shown, code: ran.outcome.refusal?.code };
}

describe.each(Object.entries(acl))("%s", (agent, names) => {
  it("sees its own tools and no others, and may call those", async () => {
    for (const tool of everyTool) {
      const { shown, code } = await call(agent, tool);
      expect(shown).toEqual(names);
      expect(code, tool).toBe(names.includes(tool) ? undefined : "tool_denied");
    }
  });
});
