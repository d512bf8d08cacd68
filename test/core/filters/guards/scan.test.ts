// Owns the proof that a text scanned alone meets what it would meet on its way. Knows no detector.

import { describe, expect, it } from "vitest";
import type { Guard, Scanner, TextSource, Unable } from "../../../../core/contracts/guard.ts";
import type { GuardAction } from "../../../../core/contracts/guard-spec.ts";
import type { GuardRule } from "../../../../core/filters/guards/rule.ts";
import { type Scanned, scanText } from "../../../../core/filters/guards/scan.ts";
import { LineDialect } from "../../../line-dialect.ts";
import { wordGuard } from "./word-detector.ts";

const asked: TextSource = { stage: "edge.request", role: "user", kind: "text" };
const args: TextSource = { stage: "tool.args", role: "assistant", kind: "tool.args" };
const route = {
  name: "test",
  agent: "agent",
  dialect: new LineDialect(),
  api: undefined,
  exchangeChain: [],
  attemptChain: [],
  bodyBytesMax: 0,
  targets: () => [],
};

function ruleOf(action: GuardAction, given: Partial<GuardRule> = {}): GuardRule {
  return {
    name: "words",
    guard: wordGuard("secret"),
    on: new Set([asked.stage, args.stage, "llm.answer"]),
    action,
    mode: "enforce",
    sample: 1,
    code: "blocked_content",
    isWhole: false,
    onFailure: "closed",
    onUninspectable: "refuse",
    stream: "hold",
    escalates: false,
    ...given,
  };
}

const marker: GuardAction = { kind: "redact", with: "marker" };
const block: GuardAction = { kind: "block", message: undefined };

interface Scanning {
  readonly source?: TextSource;
  readonly rule?: Partial<GuardRule>;
}

function scan(text: string, action: GuardAction, { source = asked, rule }: Scanning = {}): Promise<Scanned> {
  return scanText(text, source, { rule: ruleOf(action, rule), route, key: Buffer.from("key") });
}

const word = (start: number): object => ({
  type: "word",
  start,
  end: start + "secret".length,
  score: 1,
  method: "pattern",
});

/** Its scanner says this at the end. */
function guardThatEnds(said: ReturnType<Scanner["end"]>): Guard {
  return { scan: () => ({ push: () => ({ findings: [], decided: 0 }), end: () => said }) };
}

describe("what each action leaves", () => {
  const text = "One is fine. A secret, and secret two. The end.";
  const actions: readonly (readonly [action: GuardAction, left: string])[] = [
    [marker, "One is fine. A [WORD_REDACTED], and [WORD_REDACTED] two. The end."],
    [{ kind: "strip" }, "One is fine. A , and  two. The end."],
    [{ kind: "truncate" }, "One is fine. A ..."],
    [{ kind: "filter" }, "One is fine. The end."],
    [{ kind: "fallback", text: "No." }, "No."],
    [{ kind: "flag" }, text],
    [{ kind: "demote" }, text],
    [block, ""],
  ];
  it.each(actions)("%j", async (action, left) => {
    const scanned = await scan(text, action);
    expect(scanned.action).toBe(action.kind);
    expect(scanned.text.replaceAll(/ {2,}(?=The)/g, " ")).toBe(left);
    expect(scanned.findings).toEqual([word(15), word(27)]);
  });

  it("a placeholder is the same for the same value", async () => {
    const { text: left } = await scan("secret secret", { kind: "redact", with: "placeholder" });
    expect(left).toMatch(/^(\[WORD_[0-9a-f]{10}\]) \1$/);
  });

  it("an answer would be asked for again", async () => {
    const source: TextSource = { stage: "llm.answer", role: "assistant", kind: "text" };
    const scanned = await scan("a secret", { kind: "repair", hint: undefined }, { source });
    expect(scanned).toMatchObject({ action: "repair", text: "", findings: [word(2)] });
  });

  it("nothing found: the text passes as it came", async () => {
    expect(await scan("fine", block)).toEqual({ action: "pass", findings: [], text: "fine" });
  });
});

describe("a guard that changes nothing, or cannot decide", () => {
  it("flags in shadow", async () => {
    const scanned = await scan("a secret", block, { rule: { mode: "shadow" } });
    expect(scanned).toMatchObject({ action: "flag", text: "a secret", findings: [word(2)] });
  });

  it("has nothing to look for in such a text", async () => {
    const guard: Guard = { scan: () => undefined };
    expect(await scan("a secret", block, { rule: { guard } })).toMatchObject({ action: "pass" });
  });

  const unable: Unable = { kind: "unable", because: "timeout" };
  it.each([
    ["closed", "fail_closed", ""],
    ["open", "fail_open", "any"],
  ] as const)("fails %s", async (onFailure, action, text) => {
    const rule = { guard: guardThatEnds(Promise.resolve(unable)), onFailure };
    expect(await scan("any", block, { rule })).toMatchObject({ action, text, findings: [] });
  });
});

describe("places", () => {
  it("are those of the text as it was written, escapes and all", async () => {
    const text = '{"a\\n": "x \\u0073ecret", "b": "\\\\secret"}';
    const { findings, text: left } = await scan(text, marker, { source: args });
    const cuts = findings.map(({ start, end }) => text.slice(start, end));
    expect(cuts).toEqual(["\\u0073ecret", "secret"]);
    expect(JSON.parse(left)).toEqual({ "a\n": "x [WORD_REDACTED]", b: "\\[WORD_REDACTED]" });
  });

  it("are those of the text where arguments are no JSON", async () => {
    const text = 'echo \\"secret\\" "';
    const { findings, text: left } = await scan(text, marker, { source: args });
    expect(findings).toEqual([word(7)]);
    expect(left).toBe('echo \\"[WORD_REDACTED]\\" "');
  });

  it("are in order, and all there, in a long text that is blocked at once", async () => {
    const text = "a secret ".repeat(20_000);
    const { findings, action } = await scan(text, block);
    expect(action).toBe("block");
    expect(findings).toHaveLength(20_000);
    expect(findings.map(({ start }) => start)).toEqual(Array.from({ length: 20_000 }, (_, at) => at * 9 + 2));
  });

  it.each([asked, args])("with an open end end where the text does: %j", async (source) => {
    const finding = {
      type: "role",
      start: 0,
      end: Number.MAX_SAFE_INTEGER,
      score: 1,
      method: "bound",
    } as const;
    const rule = { guard: guardThatEnds([finding]) };
    const { findings } = await scan('["any"]', { kind: "strip" }, { source, rule });
    expect(findings).toEqual([{ ...finding, end: 7 }]);
  });

  it("of a verdict about no place stay so", async () => {
    const finding = { type: "tone", start: 0, end: 0, score: 0.9, method: "remote" } as const;
    const rule = { guard: guardThatEnds([finding]) };
    expect(await scan("any", marker, { rule })).toMatchObject({
      findings: [finding],
      text: "[TONE_REDACTED]",
    });
  });
});
