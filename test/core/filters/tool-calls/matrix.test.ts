// Owns the proof that calls of tools are held to the rules in every dialect, whole and streamed. Knows no
// socket.

import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../core/contracts/json.ts";
import type { InvalidCalls } from "../../../../core/contracts/tool-spec.ts";
import { callConditionOf } from "../../../../core/filters/tool-calls/condition-adapter.ts";
import type { ToolRule } from "../../../../core/filters/tool-calls/rules.ts";
import { toolCallsFilter } from "../../../../core/filters/tool-calls.ts";
import { compileSchema } from "../../../../core/schemas/compile-adapter.ts";
import { strict } from "../../../../core/schemas/schema.ts";
import { type RigResult, rig } from "../../../rig.ts";
import { type Asking, type Form, type Saying, type Vendor, vendors } from "./vendors.ts";

const parameters: JsonObject = {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "integer", maximum: 7 } },
  required: ["city"],
  additionalProperties: false,
};

function rule(name: string, more: Partial<ToolRule> & { readonly schema?: JsonObject } = {}): ToolRule {
  const { schema, ...rest } = more;
  const compiled = schema === undefined ? undefined : compileSchema(schema, strict);
  if (compiled?.kind === "problems") throw new Error("no schema");
  return { name, version: "1.0.0", parameters: compiled, argsCharsMax: 10_000, when: undefined, ...rest };
}

interface Run {
  readonly rules?: readonly ToolRule[];
  readonly invalidCalls?: InvalidCalls;
  readonly asking?: Partial<Asking>;
  /** One an attempt. */
  readonly sayings: readonly Saying[];
  readonly form: Form;
  /** How the upstream's bytes are cut. */
  readonly pieceBytes?: number;
}

interface Ran extends RigResult {
  /** What reaches the client's tools: name → arguments. */
  readonly calls: readonly (readonly [string, string])[];
  readonly said: string;
  readonly verdicts: readonly string[];
  /** What the upstream said, an attempt. */
  readonly answered: readonly Buffer[];
}

async function run(vendor: Vendor, options: Run): Promise<Ran> {
  const {
    rules = [rule("weather", { schema: parameters })],
    invalidCalls = "block",
    form,
    pieceBytes = 97,
  } = options;
  const verdicts: string[] = [];
  const filter = toolCallsFilter({
    agent: "agent",
    rules: new Map(rules.map((each) => [each.name, each])),
    invalidCalls,
    watch: { decided: (tool, verdict) => verdicts.push(`${tool ?? "?"} ${verdict}`) },
  });
  const tools = [{ name: "weather", parameters }];
  const { path, body } = vendor.request({ tools, ...options.asking, form });
  const answered: Buffer[] = [];
  const upstream = options.sayings.map((saying) => {
    const answer = vendor.answer(saying, form);
    answered.push(answer.body);
    const steps = Array.from({ length: Math.ceil(answer.body.length / pieceBytes) }, (_, at) =>
      answer.body.subarray(at * pieceBytes, (at + 1) * pieceBytes),
    );
    return { headers: answer.headers, steps };
  });
  const { dialect } = vendor;
  const headers = { "content-type": "application/json" };
  const result = await rig({ chain: [filter], dialect, request: { path, body, headers }, upstream });
  const calls = new Map<string, [string, string]>();
  let said = "";
  for (const delta of result.frames.flatMap(({ deltas }) => deltas)) {
    if (!("text" in delta) || delta.mode !== "append") continue;
    const call = calls.get(delta.channel) ?? ["", ""];
    if (delta.kind === "tool.name") calls.set(delta.channel, [call[0] + delta.text, call[1]]);
    else if (delta.kind === "tool.args") calls.set(delta.channel, [call[0], call[1] + delta.text]);
    else if (delta.kind === "text") said += delta.text;
  }
  return Object.assign(result, { calls: [...calls.values()], said, verdicts, answered });
}

const good: Saying = { calls: [{ name: "weather", args: '{"city":"Paris"}' }] };
const wrong: Saying = { calls: [{ name: "weather", args: '{"city":5}' }] };
const unknown: Saying = { calls: [{ name: "weather", args: '{"city":"Paris","unit":"C"}' }] };
const half: Saying = { calls: [{ name: "weather", args: '{"city":"Par' }], stop: "length" };
const other: Saying = { calls: [{ name: "shell", args: "{}" }] };
const forms = ["whole", "streamed"] as const;

const matrix = vendors.flatMap((vendor) => forms.map((form) => [vendor.name, form, vendor] as const));

describe.each(matrix)("%s, %s", (_name, form, vendor) => {
  const ask = (options: Omit<Run, "form">) => run(vendor, { ...options, form });
  const call = (city: string) => [["weather", `{"city":"${city}"}`]];

  it("a call that fits passes, to the byte", async () => {
    const ran = await ask({ sayings: [good] });
    expect(ran.bugs).toEqual([]);
    expect([ran.status, ran.isWhole, ran.verdicts]).toEqual([200, true, ["weather pass"]]);
    expect(ran.calls).toEqual(call("Paris"));
    expect(ran.bytes.equals(ran.answered[0] ?? Buffer.alloc(0))).toBe(true);
    const plain = await ask({ sayings: [{ text: "Hello there", calls: [] }] });
    expect([plain.said, plain.verdicts]).toEqual(["Hello there", []]);
  });

  it("one that does not is blocked, with the path of the mistake", async () => {
    const ran = await ask({ sayings: [wrong] });
    expect(ran.outcome.refusal).toMatchObject({ code: "tool_call_invalid", status: 400 });
    expect(ran.bytes.toString()).toContain("/city: type string");
    expect([ran.calls, ran.verdicts]).toEqual([[], ["weather block"]]);
  });

  it("one of a tool that is not on the list is refused", async () => {
    const ran = await ask({ sayings: [other] });
    expect(ran.outcome.refusal).toMatchObject({ code: "tool_denied", status: 403 });
    expect([ran.calls, ran.verdicts]).toEqual([[], ["? denied"]]);
    const flagged = await ask({ sayings: [other], invalidCalls: "flag" });
    expect(flagged.outcome.refusal?.code).toBe("tool_denied");
  });

  it("members that no schema knows are left out, where the policy says so", async () => {
    const ran = await ask({ sayings: [unknown], invalidCalls: "strip" });
    expect(ran.bugs).toEqual([]);
    expect([ran.outcome.ended, ran.verdicts]).toEqual(["done", ["weather strip"]]);
    expect(ran.calls).toEqual(call("Paris"));
    expect(ran.bytes.toString()).not.toContain("unit");
    const more = await ask({ sayings: [wrong], invalidCalls: "strip" });
    expect(more.outcome.refusal?.code).toBe("tool_call_invalid");
  });

  it("however the bytes are cut", async () => {
    for (const pieceBytes of [1, 2, 13, 100_000]) {
      const ran = await ask({ sayings: [{ text: "Hi", ...unknown }], invalidCalls: "strip", pieceBytes });
      expect([ran.calls, ran.said, ran.verdicts]).toEqual([call("Paris"), "Hi", ["weather strip"]]);
    }
  });

  it("passes with a mark, where the policy says so", async () => {
    const ran = await ask({ sayings: [wrong], invalidCalls: "flag" });
    expect([ran.status, ran.verdicts]).toEqual([200, ["weather flag"]]);
    expect(ran.calls).toEqual([["weather", '{"city":5}']]);
  });

  it("is asked for once more with the mistake, where the policy says so, and once alone", async () => {
    const ran = await ask({ sayings: [{ text: "Let me see", ...wrong }, good], invalidCalls: "repair" });
    expect([ran.status, ran.verdicts]).toEqual([200, ["weather repair", "weather pass"]]);
    expect([ran.calls, ran.said]).toEqual([call("Paris"), ""]);
    expect(ran.sent).toHaveLength(2);
    expect(ran.sent[1]?.body.toString()).toContain("/city: type string");
    const twice = await ask({ sayings: [other, wrong], invalidCalls: "repair" });
    expect(twice.outcome.refusal?.code).toBe("tool_call_invalid");
    expect(twice.sent).toHaveLength(2);
  });

  it("that is half never passes, whatever the policy says", async () => {
    // Where arguments are objects, none are half.
    const isText = vendor.name.startsWith("openai-");
    if (!isText && (form === "whole" || vendor.name === "gemini" || vendor.name === "ollama")) return;
    for (const invalidCalls of ["block", "strip", "flag"] as const) {
      const ran = await ask({ sayings: [half], invalidCalls });
      expect(ran.outcome.refusal?.code, invalidCalls).toBe("tool_call_invalid");
      expect(ran.bytes.toString()).not.toContain("Par");
    }
  });

  it("one that does not fit takes the others with it; those that fit keep their order", async () => {
    const both: Saying = {
      text: "Two",
      calls: [...good.calls, { name: "weather", args: '{"city":"Rome"}' }],
    };
    const ran = await ask({ sayings: [both] });
    expect([ran.calls, ran.said]).toEqual([[...call("Paris"), ...call("Rome")], "Two"]);
    const mixed = await ask({ sayings: [{ calls: [...good.calls, ...wrong.calls] }] });
    expect([mixed.calls, mixed.outcome.refusal?.code]).toEqual([[], "tool_call_invalid"]);
    const second = { calls: [...good.calls, ...unknown.calls] };
    const stripped = await ask({ sayings: [second], invalidCalls: "strip" });
    expect(stripped.calls).toEqual([...call("Paris"), ...call("Paris")]);
  });

  it("a condition looks at arguments and user, and fails closed", async () => {
    const when = (text: string) => [rule("weather", { schema: parameters, when: callConditionOf(text) })];
    const fits = await ask({ sayings: [good], rules: when('args.city == "Paris" && agent == "agent"') });
    expect(fits.status).toBe(200);
    for (const text of ['args.city == "Rome"', "args.days < 3", 'user == "ada"']) {
      const ran = await ask({ sayings: [good], rules: when(text), invalidCalls: "flag" });
      expect(ran.outcome.refusal, text).toMatchObject({ code: "tool_denied", status: 403 });
      expect(ran.calls).toEqual([]);
    }
  });

  it("without a schema of the operator's the request's own holds; with one it does not", async () => {
    const ran = await ask({ sayings: [wrong], rules: [rule("weather")] });
    expect(ran.outcome.refusal?.code).toBe("tool_call_invalid");
    const loose = { tools: [{ name: "weather", parameters: { type: "object" } }] };
    const pinned = await ask({ sayings: [wrong], asking: loose });
    expect(pinned.outcome.refusal?.code).toBe("tool_call_invalid");
    const free = await ask({ sayings: [wrong], rules: [rule("weather")], asking: loose });
    expect(free.status).toBe(200);
  });

  it("too long is too long before it is whole", async () => {
    const args = JSON.stringify({ city: "x".repeat(500) });
    const ran = await ask({
      sayings: [{ calls: [{ name: "weather", args }] }],
      rules: [rule("weather", { argsCharsMax: 100 })],
    });
    expect(ran.outcome.refusal?.message).toContain("more than 100 characters");
  });

  it("declared tools that are not on the list are taken out of the request, and nothing else", async () => {
    const tools = [{ name: "shell" }, { name: "weather", parameters }, { name: "mail", parameters }];
    const ran = await ask({ sayings: [good], asking: { tools } });
    expect([ran.status, ran.verdicts]).toEqual([200, ["? undeclared", "? undeclared", "weather pass"]]);
    const only = vendor.request({ tools: [{ name: "weather", parameters }], form });
    expect(JSON.parse(ran.sent[0]?.body.toString() ?? "")).toEqual(JSON.parse(only.body.toString()));
    const none = await ask({ sayings: [{ text: "Hi", calls: [] }], asking: { tools: [{ name: "shell" }] } });
    const without = vendor.request({ tools: [], form });
    expect(JSON.parse(none.sent[0]?.body.toString() ?? "")).toEqual(JSON.parse(without.body.toString()));
  });

  it("a tool that the model is told to call is not taken out silently", async () => {
    if (vendor.name === "ollama") return;
    const asking = {
      tools: [{ name: "shell", parameters }],
      toolChoice: { kind: "tool", name: "shell" },
    } as const;
    const ran = await ask({ sayings: [good], asking });
    expect([ran.outcome.refusal?.code, ran.sent.length]).toEqual(["tool_denied", 0]);
  });
});
