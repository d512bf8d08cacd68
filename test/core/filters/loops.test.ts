// Owns the proof of when an agent's work is a loop and when it is only long, by what passes.

import { describe, expect, it } from "vitest";
import type { Part, ToolResultPart } from "../../../core/contracts/conversation.ts";
import type { Call, Dialect } from "../../../core/contracts/dialect.ts";
import type { Exchange } from "../../../core/contracts/exchange.ts";
import type { Delta, Frame } from "../../../core/contracts/frame.ts";
import type { LoopSpec } from "../../../core/contracts/policy.ts";
import type { Visit } from "../../../core/contracts/visit.ts";
import { anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { bedrockConverse } from "../../../core/dialects/bedrock-converse.ts";
import { gemini } from "../../../core/dialects/gemini.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { openAiResponses } from "../../../core/dialects/openai-responses.ts";
import { findLoop, type Loop } from "../../../core/filters/loops/detection.ts";
import { historyOf, stepOf } from "../../../core/filters/loops/steps.ts";
import { loopsFilter } from "../../../core/filters/loops.ts";
import { readRows, sharedPath } from "../../shared-data.ts";
import { apis, chatBody, question } from "./loop-bodies.ts";
import { asVisit, done, sampleContext, sampleExchange } from "./sample-exchange.ts";

/** As the policy's own defaults are. */
const spec: LoopSpec = { sameCall: 3, cycles: 3, cycleLengthMax: 4, sameError: 3, action: "refuse" };

const step = (name: string, args = "{}", result = "") => stepOf([{ name, args }], [resultOf(result)]);
const resultOf = (text: string): ToolResultPart => ({
  kind: "tool_result",
  id: "1",
  name: undefined,
  content: [{ kind: "text", text }],
  isError: false,
});
const found = (...steps: ReturnType<typeof step>[]) => findLoop({ steps, errors: [] }, spec);
const letters = (text: string) => [...text].map((letter) => step(letter));

describe("steps", () => {
  it("are the same whatever the order and spacing of their arguments", () => {
    const spaced = step("search", '{ "b": [1, {"d": 2, "c": 3}],\n "a": 1 }');
    expect(step("search", '{"a":1,"b":[1,{"c":3,"d":2}]}')).toEqual(spaced);
    expect(step("search", '{"a":1,"b":[{"c":3,"d":2},1]}')).not.toEqual(spaced);
    expect(step("Search", '{"a":1}')).not.toEqual(step("search", '{"a":1}'));
    expect(step("search", " no json ")).toEqual(step("search", "no json"));
  });

  it("hold what came of them, in a bounded part of it", () => {
    expect(step("roll", "{}", '{"roll":1}')).not.toEqual(step("roll", "{}", '{"roll":2}'));
    const long = "x".repeat(200_000);
    expect(step("read", "{}", long)).toEqual(step("read", "{}", long));
    expect(step("read", "{}", `${long}y`)).not.toEqual(step("read", "{}", long));
  });
});

describe("a loop", () => {
  it.each<[string, string, Loop["kind"] | undefined, number?]>([
    ["the same call, twice", "xaa", undefined],
    ["the same call, three times", "xaaa", "same_call"],
    ["not at the end", "aaab", undefined],
    ["A-B-A-B", "abab", undefined],
    ["A-B, three times", "xababab", "cycle"],
    ["A-B-C-D, three times", "abcdabcdabcd", "cycle"],
    ["longer than looked for", "abcdeabcdeabcde", undefined],
    ["forty different ones", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN", undefined],
    ["a cycle that is broken off", "abababc", undefined],
    ["nothing", "", undefined],
  ])("%s", (_, steps, kind) => {
    expect(found(...letters(steps))?.kind).toBe(kind);
  });

  it("is told with the tool called last and how often", () => {
    expect(found(...letters("ababab"))).toEqual({ kind: "cycle", repeats: 3, tool: "b" });
  });

  it("is no loop where the results differ: dice, progress, pages", () => {
    expect(found(...[1, 2, 3, 4, 5].map((roll) => step("roll", "{}", `${roll}`)))).toBeUndefined();
  });

  it("is the same error whatever the digits in it", () => {
    const errors = (...texts: string[]) => {
      const parts: Part[] = texts.map((text) => ({ ...resultOf(text), isError: true }));
      return findLoop(historyOf({ messages: [{ role: "user", parts }] } as never), spec)?.kind;
    };
    expect(errors("timeout after 31 ms", "timeout after 7 ms", "timeout after 90 ms")).toBe("same_error");
    expect(errors("timeout after 31 ms", "not found", "timeout after 90 ms")).toBeUndefined();
    expect(errors("timeout", "timeout")).toBeUndefined();
  });
});

function readCall(dialect: Dialect, body: unknown, path = "/v1beta/models/m:generateContent"): Call {
  const head = { method: "POST", path, query: "", headers: {} };
  const call = dialect.readCall(Buffer.from(JSON.stringify(body)), head);
  if (call.kind === "refusal") throw new Error(call.message);
  return call;
}

interface Agent {
  readonly inbound: Exchange;
  readonly loops: Loop[];
  /** One call of the model, which answers with calls of tools. */
  ask(dialect: Dialect, body: unknown, answer?: readonly Delta[]): unknown;
}

function agentUnder(action: LoopSpec["action"]): Agent {
  const loops: Loop[] = [];
  const filter = loopsFilter({ spec: { ...spec, action }, onLoop: (loop) => loops.push(loop) });
  const inbound = sampleExchange();
  inbound.context = sampleContext;
  const ask: Agent["ask"] = (dialect, body, answer) => {
    const exchange = sampleExchange();
    Object.assign(exchange.route, { dialect });
    exchange.inbound = inbound;
    const visit: Visit = asVisit(filter.open(exchange));
    const said = visit.call?.(readCall(dialect, body));
    if (said === undefined && answer !== undefined) visit.frame?.(frameOf(answer), {} as never);
    visit.close?.(done);
    return said;
  };
  return { inbound, loops, ask };
}

const frameOf = (deltas: readonly Delta[]): Frame => ({ kind: "frame", bytes: Buffer.alloc(0), deltas });
const calling = (name: string, text = "{}"): readonly Delta[] => [
  { kind: "tool", channel: "0/tool/0", id: "c", isHosted: false },
  { kind: "tool.name", channel: "0/tool/0", text: name, mode: "append" },
  { kind: "tool.args", channel: "0/tool/0", text: text.slice(0, 1), mode: "append" },
  { kind: "tool.args", channel: "0/tool/0", text: text.slice(1), mode: "append" },
];

describe.each(apis)("in %s", (_, dialect, bodyOf) => {
  it("the same call with the same result is found at the configured number", () => {
    const { ask, loops } = agentUnder("refuse");
    expect(ask(dialect, bodyOf(2))).toBeUndefined();
    expect(ask(dialect, bodyOf(3))).toMatchObject({ code: "loop_detected", status: 429 });
    expect(loops).toEqual([{ kind: "same_call", repeats: 3, tool: "search" }]);
  });

  it("the same error is", () => {
    expect(agentUnder("refuse").ask(dialect, bodyOf(3, "Error: no such index"))).toMatchObject({
      code: "loop_detected",
    });
  });
});

describe("what follows", () => {
  it("a refusal tells the model what it does and what to do instead", () => {
    const refusal = agentUnder("refuse").ask(openAiChat, chatBody(3));
    expect(refusal).toMatchObject({
      message:
        "`search` was called 3 times with the same arguments and gave the same: use what you have, or do " +
        "something else.",
    });
  });

  it("a flag is an event and nothing else", () => {
    const { ask, loops } = agentUnder("flag");
    expect(ask(openAiChat, chatBody(3))).toBeUndefined();
    expect(loops).toHaveLength(1);
  });

  it("the task ends, and its caller is answered", () => {
    const { ask, inbound } = agentUnder("end");
    expect(ask(openAiChat, chatBody(3))).toMatchObject({ code: "loop_detected" });
    const { cutBy } = inbound;
    if (cutBy?.kind !== "answer") throw new Error("not answered");
    const body = { task_id: "task-1", status: "completed", error: "loop_detected" };
    expect(JSON.parse(cutBy.body.toString())).toMatchObject(body);
  });

  it("a person who says something makes it new", () => {
    const { messages } = chatBody(3) as { messages: readonly unknown[] };
    const more = { model: "m", messages: [...messages, { role: "user", content: "Again, please." }] };
    expect(agentUnder("refuse").ask(openAiChat, more)).toBeUndefined();
  });
});

describe("a trail, where the vendor keeps the history or the agent drops it", () => {
  const next = (output: string) => ({
    model: "m",
    previous_response_id: "resp_1",
    input: [{ type: "function_call_output", call_id: "c", output }],
  });

  it("finds the same call with the same result behind previous_response_id", () => {
    const { ask } = agentUnder("refuse");
    expect(ask(openAiResponses, { model: "m", input: question }, calling("search"))).toBeUndefined();
    expect(ask(openAiResponses, next("none"), calling("search"))).toBeUndefined();
    expect(ask(openAiResponses, next("none"), calling("search"))).toBeUndefined();
    expect(ask(openAiResponses, next("none"))).toMatchObject({ code: "loop_detected" });
  });

  it("finds the same error there", () => {
    const { ask } = agentUnder("refuse");
    ask(openAiResponses, { model: "m", input: question }, calling("a"));
    for (const tool of ["b", "c"]) {
      expect(ask(openAiResponses, next("Error: down"), calling(tool))).toBeUndefined();
    }
    expect(ask(openAiResponses, next("Error: down"))).toMatchObject({ code: "loop_detected" });
  });

  it("lets results that differ pass, however many", () => {
    const { ask } = agentUnder("refuse");
    ask(openAiResponses, { model: "m", input: question }, calling("search"));
    for (let page = 0; page < 20; page++) {
      expect(ask(openAiResponses, next(`page ${page}`), calling("search"))).toBeUndefined();
    }
  });

  it("finds an agent that drops its history", () => {
    const { ask } = agentUnder("refuse");
    const body = { model: "m", messages: [{ role: "user", content: question }] };
    for (let index = 0; index < 3; index++) {
      expect(ask(openAiChat, body, calling("search", '{"q":1}'))).toBeUndefined();
    }
    expect(ask(openAiChat, body)).toMatchObject({ code: "loop_detected" });
    expect(ask(openAiChat, body, calling("search", '{"q":1}')), "told once a run").toBeUndefined();
  });

  it("counts no call that nobody answered, and none of a task that is another's", () => {
    const first = agentUnder("refuse");
    const body = { model: "m", messages: [{ role: "user", content: question }] };
    for (let index = 0; index < 10; index++) expect(first.ask(openAiChat, body)).toBeUndefined();
    const second = agentUnder("refuse");
    for (let index = 0; index < 2; index++) first.ask(openAiChat, body, calling("search"));
    expect(second.ask(openAiChat, body, calling("search"))).toBeUndefined();
  });
});

describe.each([
  ["openai-chat", openAiChat],
  ["anthropic-messages", anthropicMessages],
  ["gemini", gemini],
  ["openai-responses", openAiResponses],
  ["bedrock-converse", bedrockConverse],
] as const)("recorded %s", (name, dialect) => {
  const path = sharedPath(`recorded/${name}.jsonl.gz`);

  it.skipIf(path === undefined)("none that merely works long is a loop", () => {
    if (path === undefined) return;
    let read = 0;
    for (const { id, request } of readRows<Recorded>(path)) {
      const body = Buffer.from(JSON.stringify(request.json ?? null));
      const [, at = "/"] = /^(?:https?:\/\/[^/]*|<[^>]*>)?([^?]*)/.exec(request.url) ?? [];
      const call = dialect.readCall(body, { method: "POST", path: at, query: "", headers: {} });
      if (call.kind === "refusal" || call.operation !== "chat") continue;
      const told = dialect.translation?.read(call);
      if (told === undefined) continue;
      read += 1;
      expect(findLoop(historyOf(told), spec), id).toBeUndefined();
    }
    expect(read).toBeGreaterThan(100);
  });
});

interface Recorded {
  readonly id: string;
  readonly request: { readonly url: string; readonly json?: unknown };
}
