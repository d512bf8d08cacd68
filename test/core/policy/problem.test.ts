// Owns the proof of how problems are written, ordered, said once and bounded.

import { describe, expect, it } from "vitest";
import type { Problem } from "../../../core/contracts/policy.ts";
import { closestName, suggestName } from "../../../core/policy/closest.ts";
import { arrangeProblems, formatPath, formatProblem, parsePath } from "../../../core/policy/problem.ts";

const problem = (line: number, path: string, text = "is wrong", file = "/p/a.yaml"): Problem => {
  return { file, line, path, problem: text, hint: "" };
};

describe("a line", () => {
  it("has file and line, path, problem and hint", () => {
    const file = `${process.cwd()}/agents/search.yaml`;
    expect(
      formatProblem({ ...problem(12, "Agent/search spec.guards", "is wrong", file), hint: "remove it" }),
    ).toBe("agents/search.yaml:12 Agent/search spec.guards: is wrong (remove it)");
    expect(formatProblem(problem(1, ""))).toBe("/p/a.yaml:1: is wrong");
  });

  it("stays one line whatever a path holds", () => {
    expect(formatProblem(problem(1, "spec.a\nb", "is\r\nwrong\u2028x"))).toBe(
      "/p/a.yaml:1 spec.a b: is wrong x",
    );
  });
});

describe("paths", () => {
  it.each([
    [["spec", "limits", "a-b"], "spec.limits.a-b"],
    [["spec", "models", "gpt-4.1", "price"], 'spec.models["gpt-4.1"].price'],
    [["spec", "x", 'a"b\\c'], 'spec.x["a\\"b\\\\c"]'],
  ])("%j is written %s and read back", (path, text) => {
    expect(formatPath(path)).toBe(text);
    expect(parsePath(text)).toEqual(path);
  });

  it("that are none are not read", () => {
    expect(["", ".", "a..b", "a b", "a[0]", ".a", 'a["b"', "a."].map(parsePath)).toEqual(
      Array(8).fill(undefined),
    );
  });
});

describe("many problems", () => {
  it("are in order of file and line", () => {
    const all = [problem(3, "x", "x", "/p/b.yaml"), problem(9, "y"), problem(2, "z")];
    expect(arrangeProblems(all, ["/p/a.yaml", "/p/b.yaml"]).map(({ path }) => path)).toEqual(["z", "y", "x"]);
  });

  it("are said once a place, the first wins", () => {
    const all = [problem(1, "a", "first"), problem(1, "a", "second"), problem(1, "b", "first")];
    expect(arrangeProblems(all, []).map((each) => each.problem)).toEqual(["first", "first"]);
  });

  it("are said once for all agents that share the Defaults they stand in", () => {
    const all = [
      "Defaults/d spec.agent.limits",
      "Agent/a spec.limits",
      "Agent/b spec.limits",
      "Agent/b spec.x",
    ];
    expect(
      arrangeProblems(
        all.map((path) => problem(1, path)),
        [],
      ).map(({ path }) => path),
    ).toEqual([all[0], all[3]]);
  });

  it("end with a count", () => {
    const all = Array.from({ length: 700 }, (_, line) => problem(line + 1, "x"));
    const arranged = arrangeProblems(all, []);
    expect(arranged).toHaveLength(501);
    expect(arranged.at(-1)?.problem).toBe("200 more problems follow");
  });
});

describe("did you mean", () => {
  it.each([
    ["lables", "labels"],
    ["endpoint", "endpoints"],
    ["LIMITS", "limits"],
    ["xyz", undefined],
    ["x".repeat(100), undefined],
  ])("%s → %s", (typed, meant) => {
    expect(closestName(typed, ["labels", "endpoints", "limits"])).toBe(meant);
  });

  it("lists what is known where it is little", () => {
    expect(suggestName("zzzzzz", ["a", "b"])).toBe("known: a, b");
    expect(suggestName("zzzzzz", [])).toBe("");
  });
});
