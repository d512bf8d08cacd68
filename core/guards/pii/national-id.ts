// Owns finding identifiers of persons: by written form, then words near it, then check. Knows no country.

import { compact, keyOfForm, patternOfForm } from "./form.ts";
import { formGroupsMax, leftEdge, rightEdge } from "./groups.ts";
import { type IdRule, isSlow, type Strength } from "./ids/rule.ts";
import { faint, type Match, type Sight, type Verdict } from "./match.ts";
import type { Telling } from "./nearby.ts";
import { kind } from "./words.ts";

/** What a rule's form and check count for without a word near them, and with one. */
const scores: Readonly<Record<Strength, { readonly alone: number; readonly named: number }>> = {
  sure: { alone: 0.6, named: 0.95 },
  likely: { alone: 0.4, named: 0.9 },
  weak: { alone: faint, named: 0.85 },
  bare: { alone: 0.1, named: 0.7 },
};

/** A `likely` one whose country the settings name. */
const expected = 0.5;

interface Entry {
  readonly rule: IdRule;
  readonly form: RegExp;
  readonly alone: number;
  readonly named: number;
}

export interface IdSettings {
  readonly rules: readonly IdRule[];
  /** Whether the settings name countries, and these are theirs. */
  readonly areExpected: boolean;
  readonly scoreMin: number;
}

export function nationalId({ rules, areExpected, scoreMin }: IdSettings): (sight: Sight) => Verdict {
  const byKey = new Map<number, Entry[]>();
  for (const known of rules) {
    // Bare digits that the settings expect are named by general words as well.
    const rule = areExpected && known.kinds === 0 ? { ...known, kinds: kind.identity } : known;
    const { named } = scores[rule.strength];
    const alone = areExpected && rule.strength === "likely" ? expected : scores[rule.strength].alone;
    for (const form of rule.forms) {
      const key = keyOfForm(form);
      byKey.set(key, [...(byKey.get(key) ?? []), { rule, form: patternOfForm(form), alone, named }]);
    }
  }
  return (sight) => {
    for (let count = Math.min(sight.groups.count, formGroupsMax); count > 0; count--) {
      const entries = byKey.get(sight.groups.keyOf(count));
      const verdict = entries === undefined ? undefined : judge(sight, count, { entries, scoreMin });
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  };
}

interface Candidates {
  readonly entries: readonly Entry[];
  readonly scoreMin: number;
}

function judge(sight: Sight, count: number, { entries, scoreMin }: Candidates): Verdict {
  const { text, groups, isLast, nearby } = sight;
  const start = groups.startOf(0);
  const end = endOf(sight, count);
  if (groups.isOpen && count >= groups.count - 1) return "wait";
  const right = rightEdge(text, end, isLast);
  if (right === "wait") return "wait";
  const left = leftEdge(text, start);
  if (left === "tied" || right === "tied") return undefined;
  const written = text.slice(start, end);
  const signs = compact(text, groups, 0, count);
  const fitting = entries.filter(({ rule, form }) => {
    if (!form.test(signs) || rule.pattern?.test(signs) === false) return false;
    return (
      rule.isUpperCase !== true || written === written.toUpperCase() || isNamed(nearby.before(start), rule)
    );
  });
  if (fitting.length === 0) return undefined;
  const before = nearby.before(start);
  const alone = left === "named" || right === "named" ? { limit: faint } : { limit: 1 };
  const best = bestOf(sight, fitting, { signs, told: [before], alone: alone.limit, scoreMin });
  if (best !== undefined && best.score >= 0.5) return asMatch(best, start, end);
  const after = nearby.after(end);
  if (after.isWait) return "wait";
  const named = bestOf(sight, fitting, { signs, told: [before, after], alone: alone.limit, scoreMin });
  return named === undefined ? undefined : asMatch(named, start, end);
}

/** With the parenthesis that its last group opened. */
function endOf({ text, groups }: Sight, count: number): number {
  const end = groups.endOf(count - 1);
  return groups.gaps[count - 1] === "(" && count > 1 && text[end] === ")" ? end + 1 : end;
}

interface Asked {
  readonly signs: string;
  readonly told: readonly Telling[];
  /** No score without a word is higher. */
  readonly alone: number;
  readonly scoreMin: number;
}

interface Scored {
  readonly score: number;
  readonly isChecked: boolean;
}

function bestOf(
  sight: Sight,
  entries: readonly Entry[],
  { signs, told, alone, scoreMin }: Asked,
): Scored | undefined {
  let best: Scored | undefined;
  for (const { rule, alone: own, named } of entries) {
    const score = told.some((telling) => isNamed(telling, rule)) ? named : Math.min(alone, own);
    if (score <= (best?.score ?? 0) || score < scoreMin) continue;
    if (passes(sight, rule, signs)) best = { score, isChecked: rule.check !== undefined };
  }
  return best;
}

/** Where no more checks by the library are to be had, the form is what counts. */
function passes(sight: Sight, { check }: IdRule, signs: string): boolean {
  if (check === undefined) return true;
  return isSlow(check) && !sight.takeCheck() ? true : check(signs);
}

const isNamed = ({ kinds, rules }: Telling, rule: IdRule) =>
  (kinds & rule.kinds) !== 0 || rules.some((names) => names.has(rule.name));

const asMatch = ({ score, isChecked }: Scored, start: number, end: number): Match => ({
  type: "national_id",
  start,
  end,
  score,
  method: isChecked ? "checksum" : "pattern",
});
