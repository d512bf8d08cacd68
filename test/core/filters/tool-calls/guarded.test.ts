// Owns the proof that calls of tools which guards have changed are still held to the rules, in every dialect.
// Knows no socket.

import { describe, expect, it } from "vitest";
import type { GuardAction } from "../../../../core/contracts/guard-spec.ts";
import type { JsonObject } from "../../../../core/contracts/json.ts";
import type { InvalidCalls } from "../../../../core/contracts/tool-spec.ts";
import { guardsFilter } from "../../../../core/filters/guards.ts";
import { toolCallsFilter } from "../../../../core/filters/tool-calls.ts";
import { compileSchema } from "../../../../core/schemas/compile-adapter.ts";
import { strict } from "../../../../core/schemas/schema.ts";
import { rig } from "../../../rig.ts";
import { ruleOn, word } from "../guards/walks.ts";
import { type Form, type Vendor, vendors } from "./vendors.ts";

const parameters: JsonObject = {
  type: "object",
  properties: { city: { type: "string", maxLength: 20 } },
  required: ["city"],
  additionalProperties: false,
};

interface Asked {
  readonly vendor: Vendor;
  readonly form: Form;
  readonly action: GuardAction;
  readonly invalidCalls?: InvalidCalls;
  readonly args: JsonObject;
}

async function run({ vendor, form, action, invalidCalls = "block", args }: Asked) {
  const schema = compileSchema(parameters, strict);
  if (schema.kind === "problems") throw new Error("no schema");
  const verdicts: string[] = [];
  const name = "weather";
  const rule = { name, version: "1.0.0", parameters: schema, argsCharsMax: 10_000, when: undefined };
  const toolCalls = toolCallsFilter({
    agent: "agent",
    rules: new Map([[name, rule]]),
    invalidCalls,
    watch: { decided: (_tool, verdict) => verdicts.push(verdict) },
  });
  const guards = guardsFilter({
    place: "sidecar",
    rules: [ruleOn(["tool.args"], { action })],
    watch: { found: () => {}, decided: () => {} },
    key: Buffer.from("a key of the tests"),
  });
  const { dialect } = vendor;
  const { path, body } = vendor.request({ tools: [{ name, parameters }], form });
  const answer = vendor.answer({ calls: [{ name, args: JSON.stringify(args) }] }, form);
  const steps = Array.from(answer.body, (_, at) => answer.body.subarray(at, at + 1));
  const result = await rig({
    chain: [toolCalls, guards],
    dialect,
    request: { path, body, headers: { "content-type": "application/json" } },
    upstream: { headers: answer.headers, steps },
  });
  const said = result.frames.flatMap(({ deltas }) => deltas);
  const left = said.map((delta) => (delta.kind === "tool.args" && delta.mode === "append" ? delta.text : ""));
  const again = said.flatMap((delta) =>
    delta.kind === "tool.args" && delta.mode === "snapshot" ? delta.text : [],
  );
  return { ...result, verdicts, args: left.join(""), again };
}

const matrix = vendors.flatMap((vendor) =>
  (["whole", "streamed"] as const).map((form) => [vendor.name, form, vendor] as const),
);

describe.each(matrix)("%s, %s", (_name, form, vendor) => {
  const marker = { kind: "redact", with: "marker" } as const;

  it("a call that fits once a guard has changed it passes, the same wherever it is said", async () => {
    const ran = await run({ vendor, form, action: marker, args: { city: word } });
    expect(ran.bugs).toEqual([]);
    expect([ran.outcome.ended, ran.verdicts]).toEqual(["done", ["pass"]]);
    expect(ran.args).not.toContain(word);
    expect(JSON.parse(ran.args)).toEqual({ city: expect.stringMatching(/^\[[^\]]+\]$/) });
    for (const text of ran.again) expect(text).toBe(ran.args);
  });

  it("one that a guard makes too long does not pass", async () => {
    const ran = await run({ vendor, form, action: marker, args: { city: `${word}${word}` } });
    expect(ran.bugs).toEqual([]);
    expect([ran.outcome.refusal?.code, ran.verdicts]).toEqual(["tool_call_invalid", ["block"]]);
  });

  it("what a guard has changed is stripped of what no schema knows", async () => {
    const args = { city: word, unit: "C" };
    const ran = await run({ vendor, form, action: marker, invalidCalls: "strip", args });
    expect(ran.bugs).toEqual([]);
    expect([ran.outcome.ended, ran.verdicts]).toEqual(["done", ["strip"]]);
    expect(Object.keys(JSON.parse(ran.args))).toEqual(["city"]);
    expect(ran.bytes.toString()).not.toContain(word);
    for (const text of ran.again) expect(text).toBe(ran.args);
  });

  it("what a guard stops is no call to judge", async () => {
    const action = { kind: "block", message: undefined } as const;
    const ran = await run({ vendor, form, action, args: { city: word } });
    expect([ran.outcome.refusal?.code, ran.verdicts]).toEqual(["blocked_content", []]);
  });
});
