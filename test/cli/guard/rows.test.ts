// Owns the proof of what a line says, and where its text is taken to come from. Knows no guard.

import { describe, expect, it } from "vitest";
import { readRow, type Surroundings } from "../../../cli/guard/rows.ts";
import { stages } from "../../../core/contracts/guard.ts";

const nothing: Surroundings = { stage: undefined, role: undefined, kind: undefined };

function read(row: unknown, around: Partial<Surroundings> = {}): ReturnType<typeof readRow> {
  return readRow({ number: 7, text: JSON.stringify(row) }, { ...nothing, ...around });
}

describe("where a text comes from", () => {
  const rows: readonly (readonly [row: object, around: Partial<Surroundings>, said: string])[] = [
    [{}, {}, "edge.request user text"],
    [{}, { stage: "llm.answer" }, "llm.answer assistant text"],
    [{}, { stage: "tool.result" }, "tool.result tool tool.result"],
    [{}, { kind: "tool.args" }, "tool.args assistant tool.args"],
    [{}, { stage: "llm.request", role: "system" }, "llm.request system text"],
    [
      { stage: "llm.request", role: "developer" },
      { stage: "llm.answer", role: "x" },
      "llm.request developer text",
    ],
    [{ kind: "direct" }, {}, "edge.request user text"],
    [{ kind: "tool_output" }, {}, "tool.result tool tool.result"],
    [{ kind: "indirect" }, { stage: "edge.request" }, "edge.request user text"],
    [{ kind: "system_prompt" }, {}, "llm.request system text"],
    [{ kind: "document" }, {}, "llm.request user document"],
    [{ kind: "tool.args" }, { stage: "llm.request" }, "llm.request user tool.args"],
    [{ kind: null, role: null, stage: null }, {}, "edge.request user text"],
  ];
  it.each(rows)("%j with %j", (row, around, said) => {
    const found = read({ text: "t", ...row }, around);
    const { stage, role, kind } = "source" in found ? found.source : { stage: "", role: "", kind: "" };
    expect(`${stage} ${role} ${kind}`).toBe(said);
  });
});

describe("an id", () => {
  it.each(["a", 0, "", null, [1]])("is any JSON: %j", (id) => {
    expect(read({ id, text: "t" })).toMatchObject({ id, text: "t" });
  });

  it("is the line's number where there is none", () => {
    expect(read({ text: "t" })).toMatchObject({ id: 7 });
  });
});

describe("what is no row", () => {
  const rows: readonly (readonly [text: string, problem: string])[] = [
    ["{", "line 7 is not a JSON object"],
    ["[1]", "line 7 is not a JSON object"],
    ['"text"', "line 7 is not a JSON object"],
    ["null", "line 7 is not a JSON object"],
    ['{"id": 1}', 'line 7 has no "text"'],
    ['{"text": 5}', 'line 7 has no "text"'],
    ['{"text": "", "stage": "llm"}', `line 7: "stage" is none of ${stages.join(", ")}`],
    ['{"text": "", "role": 1}', 'line 7: "role" is not a text'],
    ['{"text": "", "kind": {}}', 'line 7: "kind" is not a text'],
  ];
  it.each(rows)("%s", (text, problem) => {
    expect(readRow({ number: 7, text }, nothing)).toEqual({ problem });
  });

  it("is a line that was lost", () => {
    expect(readRow({ number: 3, problem: "is not UTF-8" }, nothing)).toEqual({
      problem: "line 3 is not UTF-8",
    });
  });
});
