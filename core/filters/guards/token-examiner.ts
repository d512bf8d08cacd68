// Owns how the tokens of a text are examined: they go where the text itself would be changed. Knows no frame.

import type { Scanner } from "../../contracts/guard.ts";
import { type Examiner, type Judgement, toEnd } from "./examiner.ts";
import type { GuardRule } from "./rule.ts";

const pass: Judgement = { kind: "pass" };

/** Whoever reads the texts themselves tells, and stops them. */
export function tokenExaminer({ name, action }: GuardRule, scanner: Scanner): Examiner {
  const isToEnd = action.kind === "truncate" || action.kind === "fallback";
  return {
    guard: name,
    scanner,
    isWhole: false,
    isLate: false,
    judge: (finding) => {
      const { start, end } = isToEnd || finding.end === 0 ? toEnd(finding) : finding;
      return { kind: "cut", cut: { start, end, replacement: "" } };
    },
    overdue: () => pass,
    failed: () => pass,
  };
}
