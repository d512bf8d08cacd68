// Owns the reading of a text that is whole in itself: all that one examiner finds in it. Judges nothing.

import type { Async } from "../../contracts/frame.ts";
import type { Finding, Unable } from "../../contracts/guard.ts";
import type { Examiner } from "./examiner.ts";
import { isTurnSpent, nextTurn } from "./turns.ts";

/** Scanners are given so much at a time; in between, others have their turn. */
export const pieceUnits = 4_096;

export function readAlone(examiner: Examiner, text: string): Async<readonly Finding[]> {
  if (text.length > pieceUnits) return readLong(examiner, text);
  const { findings } = examiner.scanner.push(text);
  const last = examiner.scanner.end();
  return last instanceof Promise ? last.then((late) => all(findings, late)) : all(findings, last);
}

async function readLong(examiner: Examiner, text: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (let at = 0; at < text.length; at += pieceUnits) {
    if (isTurnSpent()) await nextTurn();
    findings.push(...examiner.scanner.push(text.slice(at, at + pieceUnits)).findings);
  }
  return all(findings, await examiner.scanner.end());
}

/** Whoever cannot decide here says so where the whole is read. */
function all(findings: readonly Finding[], last: readonly Finding[] | Unable): readonly Finding[] {
  return "kind" in last || last.length === 0 ? findings : [...findings, ...last];
}
