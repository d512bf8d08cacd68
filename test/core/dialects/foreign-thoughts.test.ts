// Owns the proof that a request goes to its own vendor without what models of others thought, and otherwise
// byte for byte. Knows no translation.

import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../core/contracts/dialect.ts";
import { anthropicCount, anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { bedrockConverse } from "../../../core/dialects/bedrock-converse.ts";
import { bedrockCount } from "../../../core/dialects/bedrock-count.ts";
import { openAiResponses } from "../../../core/dialects/openai-responses.ts";
import { markProof, unproven } from "../../../core/text/proof-mark.ts";

const theirs = markProof({ prover: "openai", signature: "gAAAAABo", isRedacted: false });
const genuine = "EqQBCkgIARABGAIi";

const paths: ReadonlyMap<Dialect, string> = new Map([
  [anthropicMessages, "/v1/messages"],
  [anthropicCount, "/v1/messages/count_tokens"],
  [bedrockConverse, "/model/m/converse"],
  [bedrockCount, "/model/m/count-tokens"],
  [openAiResponses, "/v1/responses"],
]);

/** As it goes to the vendor itself, under the name that the client used. */
function sent(dialect: Dialect, body: string, edits: readonly (readonly [string, string])[] = []): string {
  const headers = { "content-type": "application/json" };
  const head = { method: "POST", path: paths.get(dialect) ?? "", query: "", headers };
  const call = dialect.readCall(Buffer.from(body), head);
  if (call.kind === "refusal") throw new Error(call.message);
  for (const [pointer, text] of edits) call.edits.set(pointer, text);
  return dialect.writeCall(call, head, undefined).body.toString();
}

/** `messages`: JSON, as are the other members. */
const asked = (messages: string, more = "") =>
  `{"model":"m", "max_tokens":9,${more}"messages":[${messages}]}`;
const user = '{"role":"user","content":"Hi"}';
const assistant = (...blocks: readonly string[]) => `{"role":"assistant", "content":[${blocks.join(", ")}]}`;
const thinking = (signature: string) => `{"type":"thinking","thinking":"hm","signature":"${signature}"}`;
const redacted = (data: string) => `{"type":"redacted_thinking","data":"${data}"}`;
const call = '{"type":"tool_use","id":"c","name":"f","input":{"n":12345678901234567890}}';
const result = '{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"r"}]}';
const text = '{"type":"text","text":"So"}';

describe("Anthropic's own request", () => {
  it("loses the thoughts of others, shown or withheld, and nothing else", () => {
    for (const dialect of [anthropicMessages, anthropicCount]) {
      const blocks = [
        thinking(theirs),
        text,
        redacted(unproven),
        thinking(genuine),
        call,
        thinking(unproven),
      ];
      expect(sent(dialect, asked([user, assistant(...blocks), result].join()))).toBe(
        asked([user, assistant(text, thinking(genuine), call), result].join()),
      );
    }
  });

  it("passes as it came with its vendor's own proofs, with none and with a mark elsewhere", () => {
    const said = `{"role":"user", "content":"what is ${unproven}?"}`;
    const blocks = [thinking(genuine), redacted(genuine), thinking(""), text];
    const body = asked([said, assistant(...blocks), said].join());
    expect(sent(anthropicMessages, body)).toBe(body);
  });

  it("keeps a message of which nothing is left", () => {
    expect(sent(anthropicMessages, asked([user, assistant(thinking(theirs)), user].join()))).toBe(
      asked([user, '{"role":"assistant", "content":[{"type":"text","text":"…"}]}', user].join()),
    );
  });

  it("has its edits too", () => {
    const body = asked([user, assistant(thinking(theirs), text)].join());
    const edits = [
      ["/messages/1/content/0/thinking", "***"],
      ["/messages/1/content/1/text", "***"],
    ] as const;
    expect(sent(anthropicMessages, body, edits)).toBe(
      asked([user, assistant('{"type":"text","text":"***"}')].join()),
    );
  });
});

describe("Claude's thinking by a budget", () => {
  const budget = '"thinking":{"type":"enabled","budget_tokens":1024},';
  const off = '"thinking":{"type":"disabled"},';
  const clearing = '"context_management":{"edits":[{"type":"clear_thinking_20251015"},{"type":"other"}]},';
  const cleared = '"context_management":{"edits":[{"type":"other"}]},';
  const open = (...blocks: readonly string[]) => [user, assistant(...blocks), result].join();

  it("stops for the turn in which a call lost the thought before it", () => {
    expect(sent(anthropicMessages, asked(open(thinking(theirs), call), budget))).toBe(asked(open(call), off));
    expect(sent(anthropicMessages, asked(open(thinking(theirs), call), budget + clearing))).toBe(
      asked(open(call), off + cleared),
    );
  });

  it.each([
    ["where another proves the turn", open(thinking(theirs), thinking(genuine), call)],
    ["where somebody has spoken since", `${open(thinking(theirs), call)},${assistant(text)},${user}`],
    ["where nothing was called", [user, assistant(thinking(theirs), text), user].join()],
  ])("goes on %s", (_what, messages) => {
    const body = sent(anthropicMessages, asked(messages, budget + clearing));
    expect(body).toContain(budget + clearing);
    expect(body).not.toContain(theirs);
  });

  it("goes on where Claude decides itself how much", () => {
    const adaptive = '"thinking":{"type":"adaptive"},';
    expect(sent(anthropicMessages, asked(open(thinking(theirs), call), adaptive))).toBe(
      asked(open(call), adaptive),
    );
  });
});

describe("Converse's own request", () => {
  const shown = (signature: string) =>
    `{"reasoningContent":{"reasoningText":{"text":"hm","signature":"${signature}"}}}`;
  const withheld = (data: string) => `{"reasoningContent":{"redactedContent":"${data}"}}`;
  const unsigned = '{"reasoningContent":{"reasoningText":{"text":"hm"}}}';
  const use = '{"toolUse":{"toolUseId":"c","name":"f","input":{"n":1.0}}}';
  const back = '{"role":"user","content":[{"toolResult":{"toolUseId":"c","content":[{"text":"r"}]}}]}';
  const said = '{"role":"user","content":[{"text":"Hi"}]}';
  const fields = (type: string) => `"additionalModelRequestFields":{"thinking":{"type":"${type}"}},`;
  const converse = (messages: readonly string[], more = "") => `{${more}"messages": [${messages.join()}]}`;
  const before = [said, assistant(shown(theirs), use, withheld(unproven)), back];
  const after = [said, assistant(use), back];

  it("loses the thoughts of others, and with them a budget for the turn", () => {
    expect(sent(bedrockConverse, converse(before))).toBe(converse(after));
    expect(sent(bedrockConverse, converse(before, fields("enabled")))).toBe(
      converse(after, fields("disabled")),
    );
    const counted = (body: string) => `{"input": {"converse": ${body}}}`;
    expect(sent(bedrockCount, counted(converse(before, fields("enabled"))))).toBe(
      counted(converse(after, fields("disabled"))),
    );
  });

  it("keeps a message of which nothing is left, and what models there think without a proof", () => {
    expect(sent(bedrockConverse, converse([said, assistant(shown(unproven)), said]))).toBe(
      converse([said, '{"role":"assistant", "content":[{"text":"…"}]}', said]),
    );
    const body = converse([said, assistant(unsigned, shown(genuine), withheld(genuine), use), back]);
    expect(sent(bedrockConverse, body)).toBe(body);
  });
});

describe("OpenAI's own Responses request", () => {
  const item = (content: string) =>
    `{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":${content}}`;
  const input = (...items: readonly string[]) => `{"model":"m", "input":[${items.join(" ,")}]}`;
  const made = '{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}';

  it("loses the thoughts of others, and nothing else", () => {
    const items = [user, item(`"${theirs}"`), item('"gAAAAABo"'), made, item(`"${unproven}"`), item("null")];
    expect(sent(openAiResponses, input(...items))).toBe(input(user, item('"gAAAAABo"'), made, item("null")));
  });

  it("passes as it came with its vendor's own, and with a mark elsewhere", () => {
    const body = input(`{"role":"user","content":"${unproven}"}`, item('"gAAAAABo"'), made);
    expect(sent(openAiResponses, body)).toBe(body);
    const plain = `{"model":"m","input":"${unproven}"}`;
    expect(sent(openAiResponses, plain)).toBe(plain);
  });
});
