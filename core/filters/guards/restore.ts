// Owns bringing back, in an answer, the values that names stood for in its request. Knows no guard.

import type { Finding, Scan, Scanner } from "../../contracts/guard.ts";
import type { AnswerGuards } from "./answer.ts";
import type { Examiner, Judgement } from "./examiner.ts";

const opening = "[";
const closing = "]";

/** `values`: the name → what it stands for, of this exchange alone. */
export function restoringGuards(values: ReadonlyMap<string, string>): AnswerGuards {
  const find = (): readonly Examiner[] => [restorer(values)];
  return {
    find,
    findAgain: find,
    findTokens: () => [],
    stageOf: (kind) => (kind === "tool.name" ? undefined : "llm.answer"),
    role: "assistant",
    onMedia: () => undefined,
    stop: () => undefined,
    onUnsayable: () => undefined,
    onOverflow: () => undefined,
    onReleased: () => {},
    holdsAll: false,
  };
}

/** What cannot be brought back stays the name that it is. */
function restorer(values: ReadonlyMap<string, string>): Examiner {
  return {
    guard: "names",
    scanner: new NameScanner(values),
    isWhole: false,
    isLate: false,
    judge: ({ start, end }, name): Judgement => {
      const replacement = values.get(name);
      return replacement === undefined ? pass : { kind: "cut", cut: { start, end, replacement } };
    },
    overdue: () => pass,
    failed: () => pass,
  };
}

const pass: Judgement = { kind: "pass" };

class NameScanner implements Scanner {
  readonly #names: ReadonlyMap<string, string>;
  readonly #unitsMax: number;
  /** From the bracket on that may open a name. */
  #open = "";
  #decided = 0;

  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
    this.#unitsMax = Math.max(0, ...[...names.keys()].map(({ length }) => length));
  }

  push(piece: string): Scan {
    const text = this.#open + piece;
    const from = this.#decided;
    const findings: Finding[] = [];
    let at = text.indexOf(opening);
    while (at !== -1) {
      const end = endOfName(text, at, this.#unitsMax);
      if (end === undefined) break;
      const [start, name] = [from + at, text.slice(at, end)];
      if (this.#names.has(name)) {
        findings.push({ type: "placeholder", start, end: from + end, score: 1, method: "pattern" });
      }
      at = text.indexOf(opening, Math.max(end - 1, at + 1));
    }
    this.#open = at === -1 ? "" : text.slice(at);
    this.#decided = from + text.length - this.#open.length;
    return { findings, decided: this.#decided };
  }

  end(): readonly Finding[] {
    return [];
  }
}

/** Behind its closing bracket, or where it cannot go on; undefined: that has not come yet. */
function endOfName(text: string, start: number, unitsMax: number): number | undefined {
  const last = Math.min(text.length, start + unitsMax);
  for (let at = start + 1; at < last; at += 1) {
    const unit = text.charAt(at);
    if (unit === closing) return at + 1;
    if (unit === opening) return at + 1;
  }
  return last === text.length && last - start < unitsMax ? undefined : last;
}
